"""A command with a key takes effect once, whoever repeats it and when."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from msgspec import Struct
from sqlalchemy import Connection

from ledger.errors import Conflict
from ledger.storage import Once, Storage
from ledger.storage.once import KEPT, purge
from ledger.storage.open import open_storage
from tests.ledger.support import NOW, names, once, put, put_row


class Answer(Struct, frozen=True):
    """What a command answers."""

    id: UUID
    at: datetime


async def answer(storage: Storage, identity: Once) -> Answer:
    def work(connection: Connection) -> Answer:
        put_row(connection, uuid4().hex)
        return Answer(uuid4(), NOW)

    return await storage.write(work, once=identity)


async def test_the_same_command_gets_the_same_answer_and_works_once(storage: Storage) -> None:
    first = await answer(storage, once(returns=Answer))
    assert await answer(storage, once(returns=Answer)) == first
    assert len(await names(storage)) == 1


async def test_the_same_key_for_another_command_is_refused(storage: Storage) -> None:
    await put(storage, "one", once(digest="a"))
    with pytest.raises(Conflict, match="idempotency-key-reused"):
        await put(storage, "two", once(digest="b"))
    assert await names(storage) == {"one"}


async def test_keys_of_different_clients_have_nothing_to_do_with_each_other(storage: Storage) -> None:
    await put(storage, "one", once(client="a"))
    await put(storage, "two", once(client="b"))
    assert await names(storage) == {"one", "two"}


async def test_a_command_that_failed_may_be_tried_again(storage: Storage) -> None:
    def fail(connection: Connection) -> str:
        put_row(connection, "half")
        raise Conflict("not-now")

    with pytest.raises(Conflict, match="not-now"):
        await storage.write(fail, once=once())
    assert await put(storage, "whole", once()) == "whole"
    assert await names(storage) == {"whole"}


async def test_twenty_senders_of_one_command_at_once_run_it_once(storage: Storage) -> None:
    answers = await asyncio.gather(*(answer(storage, once(returns=Answer)) for _ in range(20)))
    assert len(set(answers)) == 1
    assert len(await names(storage)) == 1


async def test_the_answer_survives_a_restart(storage: Storage, database: str) -> None:
    first = await answer(storage, once(returns=Answer))
    await storage.close()
    again = await open_storage(database)
    assert await answer(again, once(returns=Answer)) == first
    assert len(await names(again)) == 1
    await again.close()


async def test_answers_are_kept_as_long_as_anybody_may_ask(storage: Storage) -> None:
    await put(storage, "one", once())
    assert await storage.write(lambda c: purge(c, NOW + KEPT)) == 0
    assert await storage.write(lambda c: purge(c, NOW + KEPT + timedelta(seconds=1))) == 1
