"""A referral's code: said over the telephone, random like an incident's, so that nobody counts referrals by it."""

import secrets

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 and O, no 1 and I: a code is said aloud."""

CODE_LENGTH = 6


def new_code() -> str:
    """A fresh code."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
