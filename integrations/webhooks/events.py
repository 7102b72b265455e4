"""What a delivery says: a CloudEvents-like envelope with ids and nothing else (pure).

No name, no sign, no text of a person travels: only fields that end in `_id` and hold an identifier of ours. Who wants
to know more fetches it through the API, where the rights of that moment are asked.
"""

from typing import Any
from uuid import UUID

import msgspec

from ledger.book import Entry

SPEC = "1.0"


def body_of(entry: Entry, log: str) -> str:
    """The body of the delivery of an entry, the same for every try."""
    return msgspec.json.encode(event_of(entry, log)).decode()


def event_of(entry: Entry, log: str) -> dict[str, Any]:
    """The event; `streamseq` is gap-free in its stream, `position` orders all that one receiver gets."""
    return {
        "specversion": SPEC,
        "id": str(entry.id),
        "source": f"urn:jiuhu:log:{log}",
        "type": type(entry.said).name(),
        "subject": f"{entry.stream_kind.value}/{entry.stream_id}",
        "time": entry.act.at,
        "datacontenttype": "application/json",
        "streamseq": entry.number,
        "data": {
            "stream_id": entry.stream_id,
            "stream_kind": entry.stream_kind.value,
            "position": entry.position,
            "number": entry.number,
            **ids_of(entry),
        },
    }


def ids_of(entry: Entry) -> dict[str, UUID]:
    """The identifiers that the entry mentions. A command's id is the sender's own text, and stays out."""
    said = msgspec.structs.asdict(entry.said)
    return {name: value for name, value in said.items() if name.endswith("_id") and isinstance(value, UUID)}
