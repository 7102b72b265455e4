"""Backup and restore of the embedded database: online, in one consistent piece, and verified before it counts."""

import asyncio
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection

from app.projectors import build_book
from ledger import settings
from ledger.errors import Conflict, Invalid, Unavailable
from ledger.rebuild import RebuildReport, rebuild
from ledger.storage import Storage
from ledger.storage.sqlite import FileLock, check, engine_for

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
    part.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    progress("copying", 0, 1)
    await storage.read(lambda connection: _copy(connection, part))
    progress("copying", 1, 1)
    report = await asyncio.to_thread(verify, part, progress)
    await asyncio.to_thread(_keep, part, target)
    return BackupReport(str(target), report.bytes, report.sha256, report.entries, report.rebuild)


def _copy(connection: Connection, part: Path) -> None:
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    copy = sqlite3.connect(part)
    try:
        source.backup(copy)
    finally:
        copy.close()


def _keep(part: Path, target: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(target)


def verify(file: Path, progress: Progress) -> BackupReport:
    """Check a backup without changing it: sound file, no gaps, and a rebuild that finds no difference.

    Raises Unavailable when it is no sound database, Conflict when its ledger and projections disagree.
    """
    if not file.is_file():
        raise Invalid("backup-missing", field="file", file=str(file))
    digest = _sha256(file)
    work = file.with_name(file.name + ".check")
    shutil.copyfile(file, work)
    try:
        engine = engine_for(work, write=True)
        with engine.connect() as connection, connection.begin() as transaction:
            check(connection, file)
            book = build_book(settings.find_setting(connection, settings.LOG_NAME) or "")
            found = rebuild(connection, book, lambda done, total: progress("checking", done, total))
            transaction.rollback()
        engine.dispose()
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(str(work) + suffix).unlink(missing_ok=True)
    if found.different or found.gaps:
        raise Conflict("backup-differs", different=found.different, gaps=len(found.gaps))
    return BackupReport(str(file), file.stat().st_size, digest, found.entries, found)


def restore(file: Path, database: Path, progress: Progress) -> BackupReport:
    """Put a verified backup in the place of the database; what was there is kept beside it.

    Unavailable while a service uses the database.
    """
    report = verify(file, progress)
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(database)
    try:
        part = database.with_name(database.name + ".restoring")
        shutil.copyfile(file, part)
        if _sha256(part) != report.sha256:
            raise Unavailable("backup-changed-while-copied", file=str(file))
        aside = database.with_name(database.name + ".before-restore")
        for suffix in ("", "-wal", "-shm"):
            old = Path(str(database) + suffix)
            if old.exists():
                old.replace(str(aside) + suffix)
        _keep(part, database)
    finally:
        lock.release()
    return report


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
