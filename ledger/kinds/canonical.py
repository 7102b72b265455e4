"""The one canonical form of an entry: JSON by RFC 8785 (JCS), payload and envelope apart.

The envelope says who, when, what kind and which stream; it carries no name and no number of a person, only a
commitment to the payload: SHA-256 over salt and canonical payload. Payloads can be sealed or erased later without
touching an envelope.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import rfc8785

from ledger.kinds import AnyKind
from ledger.kinds.base import Act, Kind

FORMAT = 1


def payload_bytes(kind: Kind) -> bytes:
    """The payload in canonical form."""
    return rfc8785.dumps(msgspec.to_builtins(kind))


def read_payload(text: bytes | str) -> AnyKind:
    """The kind that a canonical payload holds; msgspec.ValidationError when it is none of ours."""
    kind: AnyKind = msgspec.json.decode(text, type=AnyKind)
    return kind


def commitment(salt: bytes, payload: bytes) -> str:
    """SHA-256(salt ‖ payload) in hex."""
    return hashlib.sha256(salt + payload).hexdigest()


def envelope(
    *, log: str, entry_id: UUID, stream_id: UUID, number: int, kind: str, act: Act, payload_hash: str
) -> bytes:
    """The canonical bytes of an entry's envelope."""
    fields: dict[str, Any] = {
        "v": FORMAT,
        "log": log,
        "id": str(entry_id),
        "stream": str(stream_id),
        "number": number,
        "kind": kind,
        "actor": str(act.actor_id) if act.actor_id else None,
        "organisation": str(act.organisation_id),
        "role": act.role.value,
        "at": _time(act.at),
        "recorded_at": _time(act.recorded_at),
        "source": act.source.value,
        "seat": act.seat,
        "payload": payload_hash,
    }
    return rfc8785.dumps(fields)


def _time(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
