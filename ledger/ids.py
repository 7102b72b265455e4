"""UUIDv7 identifiers (RFC 9562 section 5.7): sortable by time, unguessable, made without asking anybody."""

import os
from datetime import datetime
from uuid import UUID


def new_id(at: datetime) -> UUID:
    """A fresh identifier whose first 48 bits are `at` in milliseconds since 1970."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (random_bits >> 68) << 64
    value |= 0b10 << 62 | random_bits & ((1 << 62) - 1)
    return UUID(int=value)


def first_id(at: datetime) -> UUID:
    """Not above any identifier made at this time, and above all that were made in an earlier millisecond."""
    return UUID(int=(int(at.timestamp() * 1000) & ((1 << 48) - 1)) << 80)
