"""The console's pages: compressed, cached by their kind, under a policy, and nothing outside their folder."""

import asyncio
import gzip
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.web.support import Service, serving
from web.config import WebConfig
from web.pages import PAGES

SCRIPT = b"console.log('jiuhu')"


def build(folder: Path) -> Path:
    """What a build leaves, beside something that is nobody's business."""
    dist = folder / "dist"
    for inside in ("assets", "icons", ".vite"):
        (dist / inside).mkdir(parents=True)
    (dist / "index.html").write_text("<title>home</title>")
    for page in PAGES:
        (dist / f"{page}.html").write_text(f"<title>{page}</title>")
    (dist / "assets/a-1f3c.js").write_bytes(SCRIPT)
    (dist / "assets/a-1f3c.js.gz").write_bytes(gzip.compress(SCRIPT, mtime=0))
    (dist / "assets/a-1f3c.js.br").write_bytes(b"brotli")
    (dist / "assets/a.css").write_text("a{}")
    (dist / "assets/notes.txt").write_text("no page loads this")
    (dist / "icons/jiuhu.svg").write_text("<svg/>")
    (dist / "sw.js").write_text("self")
    (dist / "manifest-crew.webmanifest").write_text("{}")
    (dist / ".vite/manifest.json").write_text("{}")
    (dist / "assets/out.js").symlink_to(folder / "secret.js")
    (folder / "secret.js").write_text("secret")
    return dist


def serving_pages(tmp_path: Path, *, https: bool = False) -> AbstractAsyncContextManager[Service]:
    (tmp_path / "database").mkdir()
    return serving(tmp_path / "database", [], config=WebConfig(pages=build(tmp_path), https=https))


async def test_each_page_at_its_address(tmp_path: Path) -> None:
    async with serving_pages(tmp_path) as service:
        for path in ("", *PAGES):
            for address in dict.fromkeys((f"/{path}", f"/{path}/".replace("//", "/"))):
                answer = await service.get(address)
                assert answer.raw.decode() == f"<title>{path or 'home'}</title>"
                assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
                assert answer.headers["Cache-Control"] == "no-cache"
                assert answer.headers["X-Request-Id"]
        assert 'route="/{page}",status="200"' in service.metrics.render().decode().replace(" ", "")


@pytest.mark.parametrize(
    "path, media, kept",
    [
        ("/assets/a-1f3c.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/a.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/icons/jiuhu.svg", "image/svg+xml", "no-cache"),
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest-crew.webmanifest", "application/manifest+json", "no-cache"),
    ],
)
async def test_files_have_their_type_and_their_time(tmp_path: Path, path: str, media: str, kept: str) -> None:
    async with serving_pages(tmp_path) as service:
        answer = await service.get(path, headers={"Accept-Encoding": "identity"})
        assert answer.status == 200
        assert answer.headers["Content-Type"] == media
        assert answer.headers["Cache-Control"] == kept
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        again = await service.get(
            path, headers={"If-None-Match": answer.headers["ETag"], "Accept-Encoding": ""}
        )
        assert (again.status, again.raw) == (304, b"")
        head = await service.ask("HEAD", path)
        assert (head.status, head.raw) == (200, b"")


@pytest.mark.parametrize(
    "accepted, encoding, body",
    [
        ("br, gzip", b"br", b"brotli"),
        ("gzip", b"gzip", gzip.compress(SCRIPT, mtime=0)),
        ("identity", None, SCRIPT),
    ],
)
async def test_the_compressed_sibling_goes_to_who_takes_it(
    tmp_path: Path, accepted: str, encoding: bytes | None, body: bytes
) -> None:
    async with serving_pages(tmp_path) as service:
        head, _, got = (await raw(service, "/assets/a-1f3c.js", f"Accept-Encoding: {accepted}")).partition(
            b"\r\n\r\n"
        )
        assert got == body
        assert (b"Content-Encoding: %s" % encoding in head) if encoding else (b"Content-Encoding" not in head)
        assert b"Vary: Accept-Encoding" in head
        assert b"Content-Type: text/javascript; charset=utf-8" in head


async def test_the_policy_allows_our_own_origin_and_names_its_socket(tmp_path: Path) -> None:
    async with serving_pages(tmp_path) as service:
        answer = await service.get("/console")
        policy = dict(
            part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
        )
        host = service.address.removeprefix("http://")
        assert policy["default-src"] == "'self'"
        assert policy["connect-src"] == f"'self' ws://{host}"
        assert policy["worker-src"] == "'self' blob:"
        assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
        assert "unsafe" not in policy["default-src"]
        assert "script-src" not in policy
        assert answer.headers["Referrer-Policy"] == "same-origin"
        odd = await service.get("/console", headers={"Host": "x;script-src *"})
        assert "script-src" not in odd.headers.get("Content-Security-Policy", "")


async def test_behind_tls_the_socket_is_secure_too(tmp_path: Path) -> None:
    async with serving_pages(tmp_path, https=True) as service:
        policy = (await service.get("/")).headers["Content-Security-Policy"]
        assert "connect-src 'self' wss://127.0.0.1:" in policy


async def raw(service: Service, path: str, header: str = "X-Nothing: 1") -> bytes:
    """The whole answer, to a path that no client would leave as it is, before any client unpacked it."""
    host, port = service.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n\r\n".encode())
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../secret.js",
        "/assets/..%2f..%2fsecret.js",
        "/assets/%2e%2e/%2e%2e/secret.js",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.js",
        "/assets/..%5c..%5csecret.js",
        "/assets/..%2findex.html",
        "/assets//secret.js",
        "/assets/out.js",
        "/assets/%00.js",
        "/assets/a-1f3c.js%00.svg",
        "/assets/a-1f3c.js.br",
        "/assets/notes.txt",
        "/assets/",
        "/assets/none.js",
        "/assets/" + "a" * 5000 + ".js",
        "/.vite/manifest.json",
        "/icons/..%2f.vite%2fmanifest.json",
        "/..%2fsecret.js",
        "/%2e%2e%2fsecret.js",
        "/secret.js",
        "/none.svg",
        "//secret.js",
    ],
)
async def test_nothing_outside_the_folder_is_served(tmp_path: Path, path: str) -> None:
    async with serving_pages(tmp_path) as service:
        answer = await raw(service, path)
        head = answer.split(b"\r\n", 1)[0]
        assert b" 404 " in head or b" 400 " in head, answer
        assert b"secret" not in answer.replace(path.encode(), b"")
        assert b"immutable" not in answer


async def test_only_reading(tmp_path: Path) -> None:
    async with serving_pages(tmp_path) as service:
        for path in ("/", "/console", "/assets/a.css", "/sw.js"):
            answer = await service.post(path)
            assert (answer.status, answer.body["code"]) == (405, "method-not-allowed")


@pytest.mark.parametrize("folder", ["none", "absent", "empty"])
async def test_without_a_build_the_service_says_so(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    pages = None if folder == "none" else tmp_path / folder
    async with serving(tmp_path, [], config=WebConfig(pages=pages)) as service:
        home = await service.get("/")
        assert home.status == 200
        assert home.headers["Content-Security-Policy"].startswith("default-src 'none'")
        told = home.raw.decode()
        assert all(word in told for word in ("make run", "页面尚未构建", "not built", 'href="/docs"'))
        page = await service.get("/console")
        assert (page.status, page.raw) == (404, home.raw)
        assert (await service.get("/assets/a.js")).body["code"] == "path-not-found"
        assert (await service.get("/docs")).status == 200


async def test_a_build_while_the_service_runs_is_served(tmp_path: Path) -> None:
    pages = tmp_path / "dist"
    async with serving(tmp_path, [], config=WebConfig(pages=pages)) as service:
        assert "make run" in (await service.get("/")).raw.decode()
        build(tmp_path)
        assert (await service.get("/")).raw == b"<title>home</title>"
