"""Signatures of webhooks: Standard Webhooks 1.0.0, symmetric (`v1`), with the reference library of that standard."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

SECRET_PREFIX = "whsec_"
SECRET_BYTES = 32
"""The standard asks for 24 to 64 random bytes."""

ROTATION = timedelta(hours=24)
"""How long the secret before the last rotation still signs beside the new one."""


def new_secret() -> str:
    """A fresh secret as it is shown and stored."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def secrets_at(secret: str, old_secret: str | None, old_until: datetime | None, now: datetime) -> list[str]:
    """The secrets that sign at `now`, the current one first."""
    rotating = old_secret is not None and old_until is not None and now < old_until
    return [secret, old_secret] if rotating and old_secret is not None else [secret]


def headers(signing: Sequence[str], webhook_id: str, at: datetime, body: str) -> Mapping[str, str]:
    """The three headers of the standard; one signature for each secret, separated by a space."""
    moment = at.astimezone(UTC)
    signatures = [Webhook(secret).sign(webhook_id, moment, body) for secret in signing]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
