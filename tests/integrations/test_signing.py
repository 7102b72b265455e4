"""Signatures as the standard has them, checked with its reference library and by hand."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from integrations.webhooks import signing

BODY = '{"type":"notice.sent.v1","名":"甲"}'


@pytest.fixture
def now() -> datetime:
    """The library that checks looks at its own clock: a time of minutes ago is refused."""
    return datetime.now(UTC)


def test_a_signature_is_hmac_sha256_over_id_timestamp_and_body(now: datetime) -> None:
    secret = signing.new_secret()
    found = signing.headers([secret], "id-1", now, BODY)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"id-1.{found['webhook-timestamp']}.{BODY}".encode()
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert found["webhook-signature"] == f"v1,{digest}"
    assert found["webhook-id"] == "id-1"
    assert int(found["webhook-timestamp"]) == int(now.timestamp())
    assert len(key) == 32


def test_the_published_example_of_the_standard() -> None:
    """From the specification's repository: secret, id, time, body and signature."""
    found = signing.headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        '{"test": 2432232314}',
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_both_secrets_sign_for_a_day_after_a_rotation(now: datetime) -> None:
    old, new = signing.new_secret(), signing.new_secret()
    until = now + signing.ROTATION
    both = signing.secrets_at(new, old, until, now)
    assert both == [new, old]
    found = dict(signing.headers(both, "id", now, BODY))
    for secret in (old, new):
        assert Webhook(secret).verify(BODY, found)["type"] == "notice.sent.v1"
    assert signing.secrets_at(new, old, until, until) == [new]
    assert signing.secrets_at(new, None, None, now) == [new]


def test_a_time_in_another_zone_signs_the_same_instant(now: datetime) -> None:
    secret = signing.new_secret()
    local = now.astimezone(tz=None)
    assert signing.headers([secret], "id", local, BODY) == signing.headers([secret], "id", now, BODY)


@pytest.mark.parametrize("change", ["body", "id", "secret", "old", "future"])
def test_what_is_changed_is_refused(change: str, now: datetime) -> None:
    secret = signing.new_secret()
    moved = {"old": -timedelta(hours=1), "future": timedelta(hours=1)}
    found = dict(signing.headers([secret], "id", now + moved.get(change, timedelta()), BODY))
    if change == "id":
        found["webhook-id"] = "other"
    checked = Webhook(signing.new_secret() if change == "secret" else secret)
    with pytest.raises(WebhookVerificationError):
        checked.verify(BODY + " " if change == "body" else BODY, found)
