"""Backup and restore of the embedded database while desks are at work: what is restored passes the same check."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from app.backup import back_up, restore, verify
from app.config import Config
from app.demo.seed import PrefectureSeed
from dispatch.tables import call
from ledger.errors import Conflict, DomainError, Unavailable
from ledger.storage.open import open_storage
from tests.support.house import Client, running_house
from tests.support.prefecture import config as configured
from tests.support.process import Service, nursery, prepare, sign_in
from tests.support.script import Post, Teller, shares

TELLERS = 4


def quiet(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def embedded(small_prefecture: Path, tmp_path: Path) -> Config:
    return configured(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db"))


def tellers_of(seed: PrefectureSeed, client: Client) -> list[Teller]:
    post: Post = client.post
    return [Teller(post, seed, units, i) for i, units in enumerate(shares(seed, TELLERS))]


@asynccontextmanager
async def busy(service: Service, seed: PrefectureSeed) -> AsyncIterator[list[Teller]]:
    """Desks that tell one incident after another while the block runs."""
    stop = asyncio.Event()

    async def work(teller: Teller) -> None:
        while not stop.is_set():
            await teller.tell()

    async with sign_in(service, "dispatcher") as session, asyncio.TaskGroup() as tasks:
        tellers = tellers_of(seed, Client(session, service.base))
        for teller in tellers:
            tasks.create_task(work(teller))
        try:
            yield tellers
        finally:
            stop.set()


def taken(tellers: list[Teller]) -> set[str]:
    return {call_id for teller in tellers for call_id in teller.calls}


async def test_a_backup_taken_under_load_restores_to_a_sound_database(
    embedded: Config, tmp_path: Path
) -> None:
    seed = await prepare(embedded)
    file = tmp_path / "backups" / "monday.db"
    async with nursery() as processes, processes.service(embedded) as service:
        async with busy(service, seed) as tellers:
            async with asyncio.timeout(60):
                while sum(teller.told for teller in tellers) < 20:
                    await asyncio.sleep(0.05)
            before = taken(tellers)
            made = await processes.run(embedded, ["backup", file])
            meanwhile = taken(tellers) - before
            refused = await processes.run(embedded, ["restore", file])
            twice = await processes.run(embedded, ["backup", file])
        assert made.status == 0, made.err
        assert meanwhile, "nobody worked while the backup was made"
        assert refused.status == 1
        assert embedded.database in refused.err
        assert twice.status == 1
        await service.stop()

        new = msgspec.structs.replace(
            embedded, data=tmp_path / "new", database=str(tmp_path / "new/jiuhu.db")
        )
        new.data.mkdir()
        restored = await processes.run(new, ["restore", file])
        assert restored.status == 0, restored.err
        rebuilt = await processes.run(new, ["db", "rebuild"])
        assert rebuilt.status == 0, rebuilt.out
        report = msgspec.json.decode(rebuilt.out)
        assert (report["different"], report["gaps"], report["altered"]) == (0, [], [])
        assert report["entries"] == msgspec.json.decode(made.out)["entries"]
    storage = await open_storage(new.database)
    kept = await storage.read(
        lambda connection: {str(found) for found in connection.scalars(select(call.c.id))}
    )
    await storage.close()
    assert before <= kept
    assert len(kept) < len(taken(tellers))


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip_a_bit(file: Path) -> None:
    body = bytearray(file.read_bytes())
    body[len(body) // 3] ^= 1
    file.write_bytes(body)


def overwrite(body: bytes, file: Path) -> None:
    file.write_bytes(body)


def without_note(change: Callable[[Path], None], file: Path) -> None:
    """Somebody who also took away the file with the digest."""
    file.with_name(file.name + ".sha256").unlink()
    change(file)


def edit(statement: str, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        assert connection.execute(statement).rowcount > 0


TAMPERINGS: dict[str, tuple[Callable[[Path], None], str]] = {
    "cut off": (cut_off, "backup-altered"),
    "one bit": (flip_a_bit, "backup-altered"),
    "cut off, no digest": (partial(without_note, cut_off), "database-damaged"),
    "emptied": (partial(without_note, partial(overwrite, b"")), "database-damaged"),
    "another file": (partial(without_note, partial(overwrite, b"hello" * 99)), "database-damaged"),
    "a word in an entry": (
        partial(without_note, partial(edit, "UPDATE payload SET body = replace(body, '120', '110')")),
        "backup-differs",
    ),
    "an entry less": (
        partial(
            without_note, partial(edit, "DELETE FROM payload WHERE entry_id = (SELECT max(id) FROM entry)")
        ),
        "backup-differs",
    ),
    "a table's row": (
        partial(without_note, partial(edit, "UPDATE call SET callback = '110'")),
        "backup-differs",
    ),
}


async def test_a_tampered_or_truncated_backup_is_refused(embedded: Config, tmp_path: Path) -> None:
    file, target = tmp_path / "sound.db", tmp_path / "target.db"
    async with running_house(embedded) as house:
        client = await house.sign_in("dispatcher")
        for teller in tellers_of(house.seed, client):
            await teller.tell()
        report = await back_up(house.house.storage, file, quiet)
        with pytest.raises(Unavailable, match="database-in-use"):
            restore(file, Path(embedded.database), quiet)
    assert verify(file, quiet) == report
    target.write_bytes(b"what was there")
    refused = {}
    for name, (tamper, _) in TAMPERINGS.items():
        bad = tmp_path / f"{name}.db"
        shutil.copyfile(file, bad)
        shutil.copyfile(f"{file}.sha256", f"{bad}.sha256")
        tamper(bad)
        with pytest.raises(DomainError) as error:
            restore(bad, target, quiet)
        refused[name] = error.value.code
    assert refused == {name: code for name, (_, code) in TAMPERINGS.items()}
    assert target.read_bytes() == b"what was there"
    assert restore(file, target, quiet).sha256 == report.sha256
    assert target.read_bytes() == file.read_bytes()
    assert (tmp_path / "target.db.before-restore").read_bytes() == b"what was there"


async def test_a_backup_never_overwrites_one(embedded: Config, tmp_path: Path) -> None:
    await prepare(embedded)
    storage = await open_storage(embedded.database)
    file: Any = tmp_path / "once.db"
    await back_up(storage, file, quiet)
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(Conflict, match="backup-target-exists"):
        await back_up(storage, file, quiet)
    await storage.close()
