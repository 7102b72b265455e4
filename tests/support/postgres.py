"""A PostgreSQL server with PostGIS for one test run, started from Debian's programs and thrown away afterwards.

JIUHU_TEST_POSTGRES names a server to use instead (its user must be able to create databases). PostgreSQL refuses to
run as root, so as root it is started as the user `postgres`, or `nobody` where there is none.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "JIUHU_TEST_POSTGRES"
INSTALL = "apt-get install postgresql postgresql-15-postgis-3"


def find_programs() -> Path | None:
    """The folder with initdb and PostGIS beside it, newest version first; None where one of them is missing."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*"), key=lambda p: int(p.name), reverse=True)
    for version in versions:
        extension = Path(f"/usr/share/postgresql/{version.name}/extension/postgis.control")
        if (version / "bin" / "initdb").exists() and extension.exists():
            return version / "bin"
    return None


@contextmanager
def server() -> Iterator[str]:
    """Its URL while the block runs."""
    programs = find_programs()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="jiuhu-postgres-"))
    folder.chmod(0o755)
    user = _user()
    if user is not None:
        shutil.chown(folder, user)
    data, port = folder / "data", _free_port()
    options = (
        f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 "
        "-c shared_buffers=64MB -c max_wal_size=256MB "
        # Nothing outlives this server, so nothing has to reach the disk; the service that is killed is not it.
        "-c fsync=off -c full_page_writes=off"
    )
    _run(user, programs / "initdb", "-D", data, "-U", "jiuhu", "-A", "trust", "-E", "UTF8", "--locale=C")
    _run(user, programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql://jiuhu@127.0.0.1:{port}/postgres"
    finally:
        _run(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(user: str | None, *arguments: str | Path) -> None:
    record = pwd.getpwnam(user) if user else None
    subprocess.run(
        [str(argument) for argument in arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        user=record.pw_uid if record else None,
        group=record.pw_gid if record else None,
        extra_groups=[] if record else None,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
