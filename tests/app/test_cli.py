"""The command line in processes of its own: what it does, what it says when it cannot, and how it ends."""

import json
import re
import socket
import stat
from pathlib import Path

import pytest

from tests.machine import SHARED_DATA
from tests.support.cli import environment, jiuhu, serving
from tests.support.prefecture import ROOT, config

PASSWORD = "correct horse battery\n"
CHINESE = environment(LANG="zh_CN.UTF-8")
EXTRACTS = sorted(SHARED_DATA.glob("*.osm.pbf"))


@pytest.fixture(scope="module")
def andorra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose database holds Andorra's prefecture as a real one, without accounts."""
    data = tmp_path_factory.mktemp("andorra")
    seed = json.loads((ROOT / "fixtures" / "andorra.json").read_text("utf-8")) | {"demo": False}
    (data / "prefecture.json").write_text(json.dumps(seed), "utf-8")
    loaded = jiuhu("--data", data, "load", data / "prefecture.json")
    assert (loaded.returncode, loaded.stderr) == (0, "")
    return data


@pytest.fixture
def demo(small_prefecture: Path, tmp_path: Path) -> Path:
    """A data folder ready to serve the small demo."""
    return config(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db")).data


def one_sentence(text: str) -> str:
    """What was said, which is one line and no traceback."""
    lines = [line for line in text.splitlines() if not line.endswith("...")]
    assert len(lines) == 1, text
    return lines[0]


def add_user(data: Path, login: str, *more: str, typed: str = PASSWORD) -> tuple[int, str]:
    added = jiuhu("--data", data, "user", "add", login, "Ana", "--organisation", "AD-120", *more, typed=typed)
    return added.returncode, added.stderr


def test_a_user_is_added_listed_and_disabled(andorra: Path) -> None:
    assert add_user(andorra, "ana", "--role", "dispatcher") == (0, "")
    assert add_user(andorra, "crew", "--role", "crew", "--unit", "安急101") == (0, "")
    assert jiuhu("--data", andorra, "user", "disable", "ana").returncode == 0
    listed = jiuhu("--data", andorra, "user", "list").stdout
    users = {user["login"]: user for user in json.loads(listed)}
    assert {login: user["active"] for login, user in users.items()} == {"ana": False, "crew": True}
    assert "correct horse" not in listed
    assert "password" not in listed


@pytest.mark.parametrize(
    "more, typed, said",
    [
        (["--role", "crew"], PASSWORD, "A crew account needs its unit; name it with --unit"),
        (["--role", "crew", "--unit", "X9"], PASSWORD, "No unit has the call sign X9."),
        (["--role", "dispatcher"], "", "A password has at least 10 characters"),
    ],
)
def test_a_user_who_lacks_something_is_refused_with_what_to_do(
    andorra: Path, more: list[str], typed: str, said: str
) -> None:
    status, words = add_user(andorra, "ben", *more, typed=typed)
    assert status == 1
    assert one_sentence(words).startswith(said)


def test_a_machine_client_gets_its_token_once_and_can_be_shut_out(andorra: Path) -> None:
    add = jiuhu("--data", andorra, "client", "add", "exchange", "--organisation", "AD-120")
    token = add.stdout.strip()
    assert add.returncode == 0
    assert len(token) > 30
    clients = jiuhu("--data", andorra, "client", "list")
    assert token not in clients.stdout
    client = next(found for found in json.loads(clients.stdout) if found["name"] == "exchange")
    assert jiuhu("--data", andorra, "client", "disable", client["id"]).returncode == 0
    wrong = jiuhu("--data", andorra, "client", "disable", "exchange")
    assert wrong.returncode == 1
    assert one_sentence(wrong.stderr) == "exchange is no client's id. Look it up with jiuhu client list."


@pytest.mark.parametrize("role", ["hospital-desk", "clinic-doctor", "referral-office", "station"])
def test_a_machine_may_stand_in_for_a_desk_but_never_for_a_dispatcher(andorra: Path, role: str) -> None:
    add = ("--data", andorra, "client", "add", "HIS", "--organisation", "AD-120", "--role")
    added = jiuhu(*add, role)
    assert (added.returncode, added.stderr) == (0, "")
    listed = json.loads(jiuhu("--data", andorra, "client", "list").stdout)
    assert role in {client["role"] for client in listed if client["name"] == "HIS"}
    refused = jiuhu(*add, "dispatcher")
    assert refused.returncode == 2
    assert "invalid choice: 'dispatcher'" in refused.stderr


def test_a_rebuild_that_finds_nothing_ends_well(andorra: Path) -> None:
    rebuilt = jiuhu("--data", andorra, "db", "rebuild")
    assert rebuilt.returncode == 0
    assert json.loads(rebuilt.stdout)["different"] == 0


def test_commands_reach_a_running_service_through_its_socket(demo: Path) -> None:
    with serving(demo, "--demo", "--quiet"):
        mode = stat.S_IMODE((demo / "jiuhu.sock").stat().st_mode)
        listed = jiuhu("--data", demo, "user", "list")
        refused = jiuhu(
            *(
                "--data",
                demo,
                "user",
                "add",
                "eve",
                "Eve",
                "--role",
                "dispatcher",
                "--organisation",
                "WZ-120",
            ),
            typed=PASSWORD,
        )
        rebuilt = jiuhu("--data", demo, "db", "rebuild")
        saved = jiuhu("--data", demo, "backup", demo / "copy.db", env=CHINESE)
        again = jiuhu("--data", demo, "backup", demo / "copy.db")
        second = jiuhu("--data", demo, "serve", "--port", "0")
        restored = jiuhu("--data", demo, "restore", demo / "copy.db")
        checked = jiuhu("--data", demo, "doctor")
    assert mode == 0o600
    assert "dispatcher" in {user["login"] for user in json.loads(listed.stdout)}
    assert (refused.returncode, one_sentence(refused.stderr)[:24]) == (1, "This is a demo database,")
    assert (rebuilt.returncode, json.loads(rebuilt.stdout)["different"]) == (0, 0)
    assert "复制数据库 ..." in saved.stderr.splitlines()
    assert (saved.returncode, json.loads(saved.stdout)["rebuild"]["different"]) == (0, 0)
    assert (again.returncode, "was not overwritten" in one_sentence(again.stderr)) == (1, True)
    assert (second.returncode, "Another process is using" in one_sentence(second.stderr)) == (1, True)
    assert (restored.returncode, "Another process is using" in one_sentence(restored.stderr)) == (1, True)
    assert "The service runs and owns" in checked.stdout


def test_a_port_in_use_is_said(demo: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = jiuhu("--data", demo, "serve", "--demo", "--port", port)
    assert refused.returncode == 1
    assert re.fullmatch(
        rf"Cannot listen on 127.0.0.1:{port} \(.+\)\. Stop what .+ --port\.", one_sentence(refused.stderr)
    )


def test_a_number_that_is_no_port_is_said(andorra: Path) -> None:
    refused = jiuhu("--data", andorra, "serve", "--port", "70000")
    assert (refused.returncode, one_sentence(refused.stderr)[:17]) == (1, "70000 is no port.")


def test_serve_without_a_prefecture_says_what_to_do_first(tmp_path: Path) -> None:
    refused = jiuhu("--data", tmp_path, "serve", "--port", "0")
    assert refused.returncode == 1
    assert one_sentence(refused.stderr).endswith("Run jiuhu load FILE.json first, or serve --demo.")


def test_a_demo_is_not_put_over_real_data(andorra: Path, small_prefecture: Path, tmp_path: Path) -> None:
    data = config(small_prefecture, tmp_path, "").data
    refused = jiuhu("--data", data, "--database", andorra / "jiuhu.db", "serve", "--demo", "--port", "0")
    assert refused.returncode == 1
    assert "holds real data and cannot be a demo" in one_sentence(refused.stderr)


@pytest.mark.parametrize(
    "content, said",
    [
        (None, "There are no roads at map.osm.pbf."),
        (b"", "map.osm.pbf holds no road that can be driven."),
        (b"no map at all", "map.osm.pbf is no OpenStreetMap file."),
        (b"\0\0\0\x0e\x0a\x09OSMHeader\x18\x7f" + b"\xff" * 400, "map.osm.pbf is damaged or cut off."),
    ],
)
def test_a_road_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "map.osm.pbf"
    if content is not None:
        file.write_bytes(content)
    refused = jiuhu("--data", tmp_path, "import-roads", file)
    assert refused.returncode == 1
    assert one_sentence(refused.stderr).startswith(said)
    assert not (tmp_path / "roads").exists()


def test_a_prefecture_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    for content in (None, b'{"format": 99}'):
        if content is not None:
            (tmp_path / "p.json").write_bytes(content)
        refused = jiuhu("--data", tmp_path, "load", tmp_path / "p.json")
        assert refused.returncode == 1
        assert "is no usable prefecture file" in refused.stderr.splitlines()[0]
        assert "Traceback" not in refused.stderr


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, no folder")
    refused = jiuhu("--data", tmp_path / "data", "load", ROOT / "fixtures" / "andorra.json")
    assert refused.returncode == 1
    assert "cannot be used: " in one_sentence(refused.stderr)


@pytest.mark.parametrize("extract", EXTRACTS, ids=lambda file: file.name.partition(".")[0])
def test_real_extracts_are_imported(tmp_path: Path, extract: Path) -> None:
    imported = jiuhu("--data", tmp_path, "import-roads", extract)
    assert imported.returncode == 0, imported.stderr
    report = json.loads(imported.stdout)
    assert report["kept"]["junctions"] > 100
    assert report["dropped"]
    assert imported.stderr.splitlines()[0] == "reading the map file ..."
    assert f"Roads: {report['kept']['junctions']} junctions" in jiuhu("--data", tmp_path, "doctor").stdout


def test_doctor_speaks_both_languages_and_fails_when_something_is_missing(tmp_path: Path) -> None:
    english = jiuhu("--data", tmp_path, "doctor")
    chinese = jiuhu("--data", tmp_path, "doctor", env=CHINESE)
    assert english.returncode == chinese.returncode == 1
    assert "There is no database yet" in english.stdout
    assert "还没有数据库" in chinese.stdout
    assert "BAD   There are no roads at roads." in english.stdout
    assert len(english.stdout.splitlines()) == len(chinese.stdout.splitlines())


def test_doctor_is_content_with_a_ready_installation(
    andorra: Path, small_prefecture: Path, tmp_path: Path
) -> None:
    data = config(small_prefecture, tmp_path, "").data
    found = jiuhu("--data", data, "--database", andorra / "jiuhu.db", "doctor")
    assert found.returncode == 0, found.stdout
    assert "12 organisations" in found.stdout
