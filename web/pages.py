"""The console's pages: the files that its build left in one folder, and nothing outside of it.

The folder is looked at anew for each request: a build while the service runs is served at once. What has a digest in
its name is kept by browsers for ever, everything else is asked for again each time. The build puts compressed
siblings (.br, .gz) beside its files; aiohttp sends those to whoever takes them.
"""

import re
from html import escape
from pathlib import Path

from aiohttp import web

from ledger.errors import NotFound
from web.config import WebConfig
from web.docs import PAGE_HEADERS, STYLE
from web.replies import PLAIN_HEADERS

PAGES = ("console", "shift", "station", "crew", "hospital", "clinic")
FOLDERS = ("assets", "icons")
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""What a page may load; a file of another type is not served."""

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


def add_pages(application: web.Application, config: WebConfig) -> None:
    """Add the addresses of the pages and their files, behind the same middleware as every other."""
    house = _Pages(config)
    application.router.add_get("/", house.home)
    for page in PAGES:
        application.router.add_get(f"/{{page:{page}}}", house.page)
        application.router.add_get(f"/{{page:{page}}}/", house.page)
    for folder in FOLDERS:
        application.router.add_get(f"/{folder}/{{path:.+}}", house.file)
    application.router.add_get(r"/{path:[^/.][^/]*\.(?:js|webmanifest|ico|png|svg)}", house.file)


class _Pages:
    def __init__(self, config: WebConfig) -> None:
        self._config = config
        self._folder = None if config.pages is None else config.pages.resolve()

    async def home(self, request: web.Request) -> web.StreamResponse:
        return self._html(request, "index.html", status=200)

    async def page(self, request: web.Request) -> web.StreamResponse:
        return self._html(request, f"{request.match_info['page']}.html", status=404)

    async def file(self, request: web.Request) -> web.StreamResponse:
        # The path as the browser sent it, decoded once: what comes out is looked at, not how it was spelt.
        file = self._find(request.path.removeprefix("/"))
        if file is None:
            raise NotFound("path-not-found")
        kept = FOREVER if request.path.startswith("/assets/") else ASK_AGAIN
        return self._answer(request, file, kept)

    def _html(self, request: web.Request, name: str, status: int) -> web.StreamResponse:
        file = self._find(name)
        if file is not None:
            return self._answer(request, file, ASK_AGAIN)
        headers = {**PLAIN_HEADERS, **PAGE_HEADERS, "Content-Type": TYPES[".html"]}
        return web.Response(status=status, body=_not_built(self._config.title).encode(), headers=headers)

    def _find(self, name: str) -> Path | None:
        """The file of this name inside the folder; None for everything else, wherever the name leads."""
        if self._folder is None or any(part.startswith(".") for part in name.split("/")):
            return None
        try:
            file = (self._folder / name).resolve()
            found = file.is_relative_to(self._folder) and file.suffix in TYPES and file.is_file()
        except (ValueError, OSError):
            return None
        return file if found else None

    def _answer(self, request: web.Request, file: Path, kept: str) -> web.FileResponse:
        headers = {
            **PLAIN_HEADERS,
            "Content-Type": TYPES[file.suffix],
            "Cache-Control": kept,
            "Vary": "Accept-Encoding",
            "Referrer-Policy": "same-origin",
            # A worker is under the policy of its own file, so every file carries it.
            "Content-Security-Policy": self._policy(request),
        }
        return web.FileResponse(file, headers=headers)

    def _policy(self, request: web.Request) -> str:
        """Our own origin only. Some browsers do not count its WebSocket as 'self', so that is named."""
        scheme = "wss" if self._config.https or request.secure else "ws"
        socket = f" {scheme}://{request.host}" if _HOST.fullmatch(request.host) else ""
        return (
            "default-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob:; "
            f"style-src 'self' 'unsafe-inline'; connect-src 'self'{socket}; "
            "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )


def _not_built(title: str) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
        f"<h1>{escape(title)}</h1>"
        '<p>服务正在运行，接口可用：<a href="/docs">接口说明</a>。页面尚未构建；请在源码目录运行 '
        "<code>make run</code>，它会先构建页面。</p>"
        '<p lang="en">The service runs and its interface works: <a href="/docs">its description</a>. The pages are '
        "not built yet; run <code>make run</code> in the source folder, which builds them first.</p></body></html>"
    )
