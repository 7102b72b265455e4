"""Passwords as argon2id hashes, made and checked in a thread: never on the event loop, never inside a transaction."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ledger.errors import Invalid

SHORTEST = 10
LONGEST = 200

# OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("no password is ever this one")
_threads = ThreadPoolExecutor(2, thread_name_prefix="passwords")
"""Hashing is heavy on purpose; a rush of sign-ins must not take the machine from the dispatchers."""


def check_strength(password: str) -> None:
    """Raise Invalid for a password that nobody should use (NIST SP 800-63B: length, no composition rules)."""
    if len(password) < SHORTEST:
        raise Invalid("password-too-short", field="password", minimum=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("password-too-long", field="password", maximum=LONGEST)


async def hash_password(password: str) -> str:
    """The hash to store; Invalid when the password is too short or too long."""
    check_strength(password)
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_password(password: str, stored: str | None) -> bool:
    """Whether the password belongs to the hash; takes as long when there is no hash because nobody is called so."""
    matches = await asyncio.get_running_loop().run_in_executor(
        _threads, _matches, password, stored or _NOBODY
    )
    return matches and stored is not None


def _matches(password: str, stored: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
