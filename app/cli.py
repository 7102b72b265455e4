"""The command line: `jiuhu serve | import-roads | load | user | client | db | backup | restore | doctor`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from getpass import getpass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import uvloop

from app import commands, doctor
from app import texts as app_texts
from app.admin import is_running, send
from app.backup import restore
from app.config import Config, language, read_config
from app.demo.seed import read_prefecture
from app.enrol import load_prefecture
from app.logs import set_up
from app.progress import Progress
from app.serve import serve
from dispatch import texts as dispatch_texts
from geo.errors import GeoError
from geo.roads.importer import import_roads
from ledger.clock import SystemClock
from ledger.errors import DomainError, Invalid, Unavailable
from ledger.kinds.words import Role
from ledger.reasons import Reason
from ledger.storage.open import is_postgres, open_storage
from web import texts as web_texts
from web.words import Words

PRIVATE = 0o077
"""What this program writes (database, backups, keys) is for its owner alone."""

WORDS = Words(web_texts.TEXTS, dispatch_texts.TEXTS, app_texts.TEXTS)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; exit status 1 with one plain sentence when it cannot be done."""
    os.umask(PRIVATE)
    options = _parser().parse_args(arguments)
    try:
        config = read_config(
            data=options.data,
            database=options.database,
            host=getattr(options, "host", None),
            port=getattr(options, "port", None),
            demo=getattr(options, "demo", False),
            quiet=getattr(options, "quiet", False),
            speed=getattr(options, "speed", 1.0),
        )
        set_up(as_json=config.log_json)
        status = options.run(config, options)
    except (DomainError, GeoError) as error:
        print(say(error), file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        print(
            say(Unavailable("file-unusable", file=str(error.filename), why=error.strerror or "")),
            file=sys.stderr,
        )
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(status or 0)


def say(error: DomainError | GeoError) -> str:
    """An error as a sentence that says what to do."""
    reason = Reason(error.code, error.facts) if isinstance(error, GeoError) else error.reason
    lines = [WORDS.say(reason, language())]
    for problem in error.fields if isinstance(error, Invalid) else ():
        if problem.reason != reason:
            lines.append(f"  {problem.field}: {WORDS.say(problem.reason, language())}")
    return "\n".join(lines)


def _serve(config: Config, options: argparse.Namespace) -> None:
    uvloop.run(serve(config))


def _import_roads(config: Config, options: argparse.Namespace) -> None:
    progress = Progress()
    report = import_roads(options.file, Path(options.to) if options.to else config.roads, progress)
    progress.close()
    _print(report)


def _load(config: Config, options: argparse.Namespace) -> None:
    try:
        seed = read_prefecture(options.file.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise Invalid("prefecture-unreadable", field="file", file=str(options.file), why=str(error)) from None

    async def run() -> None:
        storage = await open_storage(config.database)
        try:
            now = SystemClock().now()
            await storage.write(partial(load_prefecture, seed=seed, now=now))
        finally:
            await storage.close()

    asyncio.run(run())
    print(f"{seed.name_zh} {seed.name_en}: {len(seed.organisations)} organisations, {len(seed.units)} units")


def _command(make: Callable[[argparse.Namespace], commands.Command]) -> Callable[..., int | None]:
    """Run an administrative command, through the running service where that owns the database."""

    def run(config: Config, options: argparse.Namespace) -> int | None:
        command, progress = make(options), Progress()
        result = asyncio.run(_perform(config, command, progress))
        progress.close()
        _print(result)
        return _status(result)

    return run


async def _perform(config: Config, command: commands.Command, progress: Progress) -> Any:  # noqa: ANN401
    if not is_postgres(config.database) and is_running(config.socket):
        return await send(config.socket, command, progress)
    storage = await open_storage(config.database)
    try:
        return msgspec.to_builtins(await commands.perform(storage, command, progress))
    finally:
        await storage.close()


def _status(result: Any) -> int:  # noqa: ANN401
    """A rebuild that found a difference is a failure, for scripts too."""
    wrong = ("different", "gaps", "altered")
    return int(isinstance(result, dict) and any(result.get(name) for name in wrong))


def _restore(config: Config, options: argparse.Namespace) -> None:
    if is_postgres(config.database):
        raise Invalid("backup-embedded-only", field="database")
    progress = Progress()
    report = restore(options.file, Path(config.database), progress)
    progress.close()
    _print(report)


def _doctor(config: Config, options: argparse.Namespace) -> int:
    findings = asyncio.run(doctor.examine(config))
    for found in findings:
        print(f"{found.mark:<5} {WORDS.say(found.reason, language())}")
    return int(any(found.mark == doctor.BAD for found in findings))


def _print(result: Any) -> None:  # noqa: ANN401
    if isinstance(result, str):
        print(result)
    elif result is not None:
        print(msgspec.json.format(msgspec.json.encode(result), indent=2).decode())


def _password(options: argparse.Namespace) -> str:
    """From the terminal without echo, or the first line of standard input."""
    return getpass("password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jiuhu", description="Emergency care and referrals for a prefecture."
    )
    parser.add_argument("--data", help="folder of this installation (JIUHU_DATA; .data)")
    parser.add_argument("--database", help="postgresql:// URL or SQLite file (JIUHU_DATABASE; DATA/jiuhu.db)")
    into = parser.add_subparsers(required=True, metavar="command")

    def add(
        name: str,
        says: str,
        run: Callable[..., int | None],
        within: Any = into,  # noqa: ANN401
    ) -> argparse.ArgumentParser:
        found: argparse.ArgumentParser = within.add_parser(name, help=says, description=says)
        found.set_defaults(run=run)
        return found

    def group(name: str, says: str) -> Any:  # noqa: ANN401
        return into.add_parser(name, help=says).add_subparsers(required=True, metavar="command")

    found = add("serve", "run the service", _serve)
    found.add_argument("--host", help="address to listen on (JIUHU_HOST; 127.0.0.1)")
    found.add_argument("--port", type=int, help="port to listen on (JIUHU_PORT; 8120)")
    found.add_argument("--demo", action="store_true", help="with the demo prefecture, made on first use")
    found.add_argument(
        "--quiet", action="store_true", help="a demo without people: all is left to your hands"
    )
    found.add_argument("--speed", type=float, default=1.0, help="how many times as fast as life, 1 to 60")
    found = add("import-roads", "turn an OpenStreetMap extract into the road graph", _import_roads)
    found.add_argument("file", type=Path)
    found.add_argument("--to", help="folder to write (DATA/roads)")
    found = add("load", "load organisations, stations, units, staff and areas from a file", _load)
    found.add_argument("file", type=Path)

    users = group("user", "people who may sign in")
    found = add(
        "add",
        "add a person; the password is read from the terminal or standard input",
        _command(
            lambda o: commands.AddUser(
                o.login, o.name, Role(o.role), o.organisation, _password(o), o.unit, o.station
            )
        ),
        users,
    )
    for name in ("login", "name"):
        found.add_argument(name)
    found.add_argument(
        "--role", required=True, choices=[role.value for role in Role if role is not Role.SYSTEM]
    )
    found.add_argument("--organisation", required=True, help="code of the organisation")
    found.add_argument("--unit", default="", help="call sign, for a crew")
    found.add_argument("--station", default="", help="code, for a station desk")
    add("list", "everybody", _command(lambda o: commands.ListUsers()), users)
    found = add("disable", "out at once", _command(lambda o: commands.DisableUser(o.login)), users)
    found.add_argument("login")
    found = add(
        "password", "set a new one", _command(lambda o: commands.SetPassword(o.login, _password(o))), users
    )
    found.add_argument("login")

    clients = group("client", "machines that call with a token")
    found = add(
        "add",
        "add one; its token is shown once",
        _command(lambda o: commands.AddClient(o.name, Role(o.role), o.organisation, o.unit, o.station)),
        clients,
    )
    found.add_argument("name")
    found.add_argument(
        "--role", default=Role.INTEGRATION.value, choices=[role.value for role in commands.CLIENT_ROLES]
    )
    found.add_argument("--organisation", required=True, help="code of the organisation")
    found.add_argument("--unit", default="", help="call sign, for a vehicle's device")
    found.add_argument("--station", default="", help="code, for the machine of one station")
    add("list", "all of them", _command(lambda o: commands.ListClients()), clients)
    found = add("disable", "out at once", _command(_disable_client), clients)
    found.add_argument("id")

    database = group("db", "the database")
    found = add(
        "rebuild",
        "rebuild every projection from the ledger and prove it equal",
        _command(lambda o: commands.Rebuild(o.keep)),
        database,
    )
    found.add_argument("--keep", action="store_true", help="keep the rebuilt rows")
    found = add("backup", "copy the embedded database while it runs, verified", _command(_backup))
    found.add_argument("file", type=Path)
    found = add("restore", "put a verified backup in the database's place", _restore)
    found.add_argument("file", type=Path)
    add("doctor", "what is there, what is missing, what would be better", _doctor)
    return parser


def _disable_client(options: argparse.Namespace) -> commands.Command:
    try:
        return commands.DisableClient(UUID(options.id))
    except ValueError:
        raise Invalid("client-id-unusable", field="id", value=options.id) from None


def _backup(options: argparse.Namespace) -> commands.Command:
    return commands.Backup(str(options.file.resolve()))
