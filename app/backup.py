"""Backup and restore of the embedded database: online, in one consistent piece, and verified before it counts."""

import asyncio
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import chain, count
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection

from app.projectors import build_book
from ledger import settings
from ledger.errors import Conflict, Invalid, Unavailable
from ledger.rebuild import RebuildReport, rebuild
from ledger.storage import Storage
from ledger.storage.migrate import current, prepare
from ledger.storage.sqlite import FileLock, checked, engine_for

Progress = Callable[[str, int, int], None]


class BackupReport(Struct, frozen=True):
    """What was copied, and what the check of the copy found."""

    file: str
    bytes: int
    sha256: str
    entries: int
    rebuild: RebuildReport


async def back_up(storage: Storage, target: Path, progress: Progress) -> BackupReport:
    """Copy the database of a running service to `target`, then check the copy as a restore would.

    The copy is one read transaction: writers go on, and the copy shows one instant. Conflict when the target exists.
    """
    if storage.dialect != "sqlite":
        raise Invalid("backup-embedded-only", field="database")
    if target.exists():
        raise Conflict("backup-target-exists", file=str(target))
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    progress("copying", 0, 1)
    await storage.read(lambda connection: _copy(connection, part))
    progress("copying", 1, 1)
    report = await asyncio.to_thread(verify, part, progress)
    await asyncio.to_thread(_publish, part, target, report.sha256)
    return BackupReport(str(target), report.bytes, report.sha256, report.entries, report.rebuild)


def _publish(part: Path, target: Path, digest: str) -> None:
    """The digest first: a backup that bears its name has been checked, and can be checked again."""
    note = _digest_file(part)
    _private(note)
    note.write_text(f"{digest}  {target.name}\n")
    _keep(note, _digest_file(target))
    _keep(part, target)


def _copy(connection: Connection, part: Path) -> None:
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    _private(part)
    copy = sqlite3.connect(part)
    try:
        source.backup(copy)
    finally:
        copy.close()


def _private(file: Path) -> None:
    """Make an empty file that its owner alone may read: a copy holds what the database holds."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))


def _keep(part: Path, target: Path) -> None:
    """Give a finished file its name, on disk when this returns."""
    for path in (part, part.parent):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    part.rename(target)
    handle = os.open(target.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _digest_file(file: Path) -> Path:
    """Beside each backup lies its SHA-256, in the form that `sha256sum --check` reads."""
    return file.with_name(file.name + ".sha256")


def verify(file: Path, progress: Progress) -> BackupReport:
    """Check a backup without changing it: unaltered, a sound file, no gaps, a rebuild that finds no difference.

    Raises Unavailable when it is no sound database or not what was written, Conflict when its ledger and
    projections disagree. Where the file with its SHA-256 is missing, the other checks must do.
    """
    if not file.is_file():
        raise Invalid("backup-missing", field="file", file=str(file))
    digest = _sha256(file)
    if _digest_file(file).exists() and _digest_file(file).read_text().split()[:1] != [digest]:
        raise Unavailable("backup-altered", file=str(file))
    work = file.with_name(file.name + ".check")
    _private(work)
    try:
        shutil.copyfile(file, work)
        found = _rebuild(work, file, progress)
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(str(work) + suffix).unlink(missing_ok=True)
    if not found.sound:
        different = found.different + len(found.altered)
        raise Conflict("backup-differs", different=different, gaps=len(found.gaps))
    return BackupReport(str(file), file.stat().st_size, digest, found.entries, found)


def _rebuild(work: Path, file: Path, progress: Progress) -> RebuildReport:
    """Bring the copy to this version's schema, as a restore's first start would, and rebuild its projections."""
    engine = engine_for(work, write=True)
    try:
        with checked(engine, file) as connection:
            if current(connection) is None:
                raise Unavailable("database-damaged", file=str(file), verdict="empty")
            prepare(connection)
            book = build_book(settings.find_setting(connection, settings.LOG_NAME) or "")
            return rebuild(connection, book, lambda done, total: progress("checking", done, total))
    finally:
        engine.dispose()


def restore(file: Path, database: Path, progress: Progress) -> BackupReport:
    """Put a verified backup in the place of the database; what was there is kept beside it.

    Unavailable while a service uses the database.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(database)
    try:
        report = verify(file, progress)
        part = database.with_name(database.name + ".restoring")
        _private(part)
        shutil.copyfile(file, part)
        if _sha256(part) != report.sha256:
            raise Unavailable("backup-changed-while-copied", file=str(file))
        _set_aside(database)
        _keep(part, database)
    finally:
        lock.release()
    return report


def _set_aside(database: Path) -> None:
    """Give what was there a second name. Its log is folded into it first, so that the restored file then takes its
    place in one step: a crash leaves one or the other, never none.
    """
    if not database.exists():
        return
    aside = _free(database.with_name(database.name + ".before-restore"))
    with closing(sqlite3.connect(database)) as old, suppress(sqlite3.DatabaseError):
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.link(database, aside)
    for suffix in ("-wal", "-shm"):
        # Still there only when the old file is damaged; it must not be taken for the restored one's.
        left = Path(str(database) + suffix)
        if left.exists():
            left.rename(str(aside) + suffix)


def _free(name: Path) -> Path:
    """The name, with a number where it is taken: an earlier restore's file is never overwritten."""
    numbered = (name.with_name(f"{name.name}-{i}") for i in count(2))
    return next(path for path in chain([name], numbered) if not path.exists())


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
