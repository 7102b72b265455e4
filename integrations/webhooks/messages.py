"""Messages about webhooks: endpoints, deliveries and attempts."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from ledger.kinds.base import Instant
from ledger.reasons import Reason

State = Literal["waiting", "delivered", "dead"]
Url = Annotated[str, Meta(min_length=8, max_length=500)]
Kinds = Annotated[tuple[Annotated[str, Meta(max_length=48)], ...], Meta(max_length=100)]


class NewWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to deliver, and which kinds of entries; no kinds means all. Begins with what is said from now on."""

    url: Url
    kinds: Kinds = ()
    description: Annotated[str, Meta(max_length=200)] = ""


class WebhookId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One endpoint."""

    webhook_id: UUID


class WebhookChange(Struct, frozen=True, kw_only=True):
    """Something that was done to an endpoint; nobody did it when the receiver itself said that it is gone."""

    at: Instant
    change: str
    actor_id: UUID | None


class AttemptView(Struct, frozen=True, kw_only=True):
    """One try. `status` is None when nobody answered; `failure` None when the receiver took it."""

    number: int
    at: Instant
    status: int | None
    failure: Reason | None
    latency_ms: int


class WebhookView(Struct, frozen=True, kw_only=True):
    """An endpoint as it stands. `position` is up to where the ledger has been looked through for it.

    `failing`: the receiver did not take what it was sent last; None while all is well, or nothing was sent yet.
    """

    id: UUID
    url: str
    kinds: tuple[str, ...]
    description: str
    created_at: Instant
    enabled: bool
    disabled_at: Instant | None
    disabled_because: str | None
    rotating_until: Instant | None
    position: int
    waiting: int
    dead: int
    failing: AttemptView | None
    changes: tuple[WebhookChange, ...]


class WebhookSecret(Struct, frozen=True, kw_only=True):
    """An endpoint with its secret, which is shown in the answer to this command and never again."""

    id: UUID
    secret: str
    webhook: WebhookView


class WebhookList(Struct, frozen=True, kw_only=True):
    """The endpoints of the caller's organisation."""

    webhooks: tuple[WebhookView, ...]


class ListDeliveries(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Deliveries of an endpoint, the newest first; `before` is the position of the last one of the page before."""

    webhook_id: UUID
    state: State | None = None
    before: Annotated[int, Meta(ge=0)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class DeliveryId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One delivery of an endpoint."""

    webhook_id: UUID
    delivery_id: UUID


class DeliveryView(Struct, frozen=True, kw_only=True):
    """One entry on its way to one receiver. `entry_id` is the `webhook-id` of every try."""

    id: UUID
    entry_id: UUID
    kind: str
    position: int
    state: State
    hurried: bool
    created_at: Instant
    next_at: Instant | None
    delivered_at: Instant | None
    dead_at: Instant | None
    attempts: tuple[AttemptView, ...]


class DeliveryList(Struct, frozen=True, kw_only=True):
    """A page of deliveries."""

    deliveries: tuple[DeliveryView, ...]
