"""The owner-only local socket: commands that must reach a running service go through it.

One connection, one command: the client sends a line of JSON; the service answers with lines of progress and a last
line with the result or the reason why not. The socket file is readable by its owner alone.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from app.commands import Command, Progress, perform
from ledger.errors import DomainError, FieldProblem, Invalid, Unavailable
from ledger.reasons import Reason
from ledger.storage import Storage

log = structlog.get_logger(__name__)

LIMIT = 16 * 1024 * 1024


class Step(Struct, frozen=True, tag="step"):
    """How far it is."""

    stage: str
    done: int
    total: int


class Done(Struct, frozen=True, tag="done"):
    """It worked."""

    result: Any = None


class Refused(Struct, frozen=True, tag="refused"):
    """It did not, and why."""

    reason: Reason
    fields: tuple[FieldProblem, ...] = ()


Line = Step | Done | Refused


class CommandRefused(DomainError):
    """The running service refused a command."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason.code)
        self.reason = refused.reason
        self.fields = refused.fields


@asynccontextmanager
async def listening(path: Path, storage: Storage) -> AsyncIterator[None]:
    """Serve commands on the socket while the block runs."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _answer(reader, writer, storage)
        finally:
            writer.close()

    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(serve, path=path, limit=LIMIT)
    finally:
        os.umask(before)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, storage: Storage) -> None:
    def say(line: Line) -> None:
        writer.write(msgspec.json.encode(line) + b"\n")

    try:
        command = msgspec.json.decode(await reader.readline(), type=Command)
        log.info("administrative command", command=type(command).__name__)
        loop = asyncio.get_running_loop()

        def progress(stage: str, done: int, total: int) -> None:
            # It comes from the writer's thread, and a transport belongs to its loop.
            loop.call_soon_threadsafe(say, Step(stage, done, total))

        result = await perform(storage, command, progress)
        say(Done(msgspec.to_builtins(result)))
    except DomainError as error:
        say(Refused(error.reason, error.fields if isinstance(error, Invalid) else ()))
    except msgspec.ValidationError as error:
        say(Refused(Reason("command-unknown", {"error": str(error)})))
    except Exception:
        log.exception("administrative command failed")
        say(Refused(Reason("internal-error", {"request_id": "admin"})))
    await writer.drain()


async def send(path: Path, command: Command, progress: Progress) -> Any:  # noqa: ANN401
    """Have a running service perform a command. Unavailable when none listens there."""
    try:
        reader, writer = await asyncio.open_unix_connection(path, limit=LIMIT)
    except OSError:
        raise Unavailable("service-not-running", socket=str(path)) from None
    try:
        writer.write(msgspec.json.encode(command) + b"\n")
        await writer.drain()
        while text := await reader.readline():
            line = msgspec.json.decode(text, type=Line)
            if isinstance(line, Step):
                progress(line.stage, line.done, line.total)
            elif isinstance(line, Refused):
                raise CommandRefused(line)
            else:
                return line.result
        raise Unavailable("service-went-away", socket=str(path))
    finally:
        writer.close()


def is_running(path: Path) -> bool:
    """Whether a service answers on this socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True
