"""Entry kinds: one canonical form, one owner, and an envelope that says nothing about a person."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import select

from ledger.kinds import ALL, canonical
from ledger.kinds.base import Act, Kind, Room
from ledger.kinds.incident import CallTaken, IncidentHeld
from ledger.storage import Storage
from ledger.tables import entry
from tests.ledger.structs import values
from tests.ledger.support import NOW, a_book, act, open_incident

SPOKEN_OF = "incident|assignment|case|stream|notice|handover|referral|offer|followup"
each_kind = pytest.mark.parametrize("kind", ALL, ids=[kind.__name__ for kind in ALL])
slowly = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@each_kind
def test_a_kind_round_trips_through_its_canonical_form(kind: type[Kind]) -> None:
    @slowly
    @given(values(kind))
    def check(said: Any) -> None:
        written = canonical.payload_bytes(said)
        read = canonical.read_payload(written)
        assert type(read) is kind
        assert read == said
        assert canonical.payload_bytes(read) == written

    check()


def test_each_kind_has_an_owner_a_stream_and_a_versioned_name_of_its_own() -> None:
    names = [kind.name() for kind in ALL]
    assert len(set(names)) == len(names)
    for kind in ALL:
        assert re.fullmatch(rf"({SPOKEN_OF})\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*", kind.name())
        assert len(kind.name()) <= entry.c.kind.type.length  # type: ignore[attr-defined]
        assert kind.owner in get_args(Room)
        assert kind.streams
        assert kind.__doc__


def test_the_canonical_form_does_not_depend_on_the_order_of_names() -> None:
    names = ["b", "a", "é", "€", "\U0001f600", "10", "2", ""]
    one = msgspec.to_builtins({name: 1 for name in names})
    other = {name: 1 for name in reversed(names)}
    assert rfc8785.dumps(one) == rfc8785.dumps(other)
    # RFC 8785 section 3.2.3: names are sorted by UTF-16 code units.
    assert list(msgspec.json.decode(rfc8785.dumps(one))) == sorted(
        names, key=lambda name: name.encode("utf-16-be")
    )


def test_the_canonical_form_is_the_same_for_ever() -> None:
    said = IncidentHeld(reason="挂起", owner_id=UUID(int=1), remind_at=NOW)
    assert canonical.payload_bytes(said).decode() == (
        '{"kind":"incident.held.v1","owner_id":"00000000-0000-0000-0000-000000000001",'
        '"reason":"挂起","remind_at":"2026-11-22T08:00:00Z"}'
    )
    assert (
        canonical.envelope(
            log="wz",
            entry_id=UUID(int=2),
            stream_id=UUID(int=3),
            number=1,
            kind=said.name(),
            act=act(NOW.astimezone(timezone(timedelta(hours=8)))),
            payload_hash="00",
        )
        .decode()
        .startswith('{"actor":null,"at":"2026-11-22T08:00:00.000000Z","id":"00000000-')
    )


@pytest.mark.parametrize(
    "said", [b'{"kind":"no.such.v1"}', b'{"kind":"incident.resumed.v1","more":1}', b"[]", b""]
)
def test_what_is_no_kind_of_ours_is_refused(said: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        canonical.read_payload(said)


def test_a_time_without_a_zone_is_refused() -> None:
    naive = {"reason": "x", "owner_id": str(UUID(int=1)), "remind_at": "2026-11-22T08:00:00"}
    with pytest.raises(msgspec.ValidationError, match="remind_at"):
        canonical.read_payload(msgspec.json.encode({"kind": "incident.held.v1", **naive}))
    with pytest.raises(msgspec.ValidationError, match="at"):
        msgspec.convert(
            structs.asdict(act()) | {"at": datetime(2026, 11, 22, 8)},  # noqa: DTZ001
            Act,
        )


def test_two_equal_payloads_have_commitments_that_tell_nothing() -> None:
    assert canonical.commitment(b"a" * 16, b"{}") != canonical.commitment(b"b" * 16, b"{}")
    assert len(canonical.commitment(b"a" * 16, b"{}")) == 64


NAMES = st.text(alphabet="张王李赵", min_size=2, max_size=4)
NUMBERS = st.from_regex(r"\+86 1[3-9][0-9]{9}", fullmatch=True)


@slowly
@given(name=NAMES, number=NUMBERS)
def test_an_envelope_holds_nothing_of_the_payload(name: str, number: str) -> None:
    said = CallTaken(call_id=UUID(int=5), source="120", caller_name=name, callback=number, remarks=name)  # type: ignore[arg-type]
    body = canonical.payload_bytes(said)
    assert name in body.decode()
    written = canonical.envelope(
        log="wz",
        entry_id=UUID(int=2),
        stream_id=UUID(int=3),
        number=1,
        kind=said.name(),
        act=act(),
        payload_hash=canonical.commitment(b"salt", body),
    ).decode()
    assert name not in written
    assert number not in written
    assert set(msgspec.json.decode(written)) == {
        "v", "log", "id", "stream", "number", "kind", "actor", "organisation", "role", "at", "recorded_at",
        "source", "seat", "payload",
    }  # fmt: skip


async def test_the_row_of_an_entry_holds_nothing_of_the_payload(storage: Storage) -> None:
    book = a_book()
    stream_id = await open_incident(storage, book)
    marked = {
        "caller_name": "张三丰",
        "callback": "13912345678",
        "spoken_address": "幸福里七号",
        "remarks": "乙肝",
    }
    said = msgspec.convert(
        {"kind": CallTaken.name(), "call_id": UUID(int=5), "source": "120"} | marked, CallTaken
    )
    written = await storage.write(lambda c: book.append(c, stream_id, said, act()))
    assert written.said == said
    row = await storage.read(lambda c: repr(c.execute(select(entry)).one()))
    assert not [word for word in marked.values() if word in row]
