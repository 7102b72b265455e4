"""How many endpoints an organisation may have at work: what it has switched off takes no place."""

import pytest

from integrations.webhooks import endpoints
from integrations.webhooks.messages import WebhookId, WebhookSecret
from ledger.errors import Conflict
from tests.integrations.post import COUNTY, Post, caller
from tests.integrations.receiver import Receiver


async def test_an_organisation_has_twenty_endpoints_at_most(post: Post, receiver: Receiver) -> None:
    await register_all(post, receiver)
    with pytest.raises(Conflict) as refused:
        await post.register(receiver)
    assert refused.value.code == "webhooks-too-many"
    await post.register(receiver, of=COUNTY)


async def test_a_disabled_endpoint_takes_no_place(post: Post, receiver: Receiver) -> None:
    first, *_ = await register_all(post, receiver)
    await endpoints.disable(post.office, caller(), named(first))
    assert (await post.register(receiver)).webhook.enabled


async def test_enabling_does_not_go_beyond_the_most(post: Post, receiver: Receiver) -> None:
    first, second, *_ = await register_all(post, receiver)
    await endpoints.disable(post.office, caller(), named(first))
    newest = await post.register(receiver)
    with pytest.raises(Conflict) as refused:
        await endpoints.enable(post.office, caller(), named(first))
    assert refused.value.code == "webhooks-too-many"
    assert not (await post.view(first)).enabled

    # One that is at work already takes no further place.
    assert (await endpoints.enable(post.office, caller(), named(newest))).enabled
    await endpoints.disable(post.office, caller(), named(second))
    assert (await endpoints.enable(post.office, caller(), named(first))).enabled


async def register_all(post: Post, receiver: Receiver) -> list[WebhookSecret]:
    return [await post.register(receiver, "notice.sent.v1") for _ in range(endpoints.MOST)]


def named(webhook: WebhookSecret) -> WebhookId:
    return WebhookId(webhook_id=webhook.id)
