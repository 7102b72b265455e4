"""The route table of webhooks."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

from msgspec import Struct

from integrations.webhooks import deliveries, endpoints
from integrations.webhooks import messages as m
from integrations.webhooks.endpoints import Office
from web.caller import Caller
from web.identity.permissions import Permission
from web.routes import Nothing, Route

API = "/api/v1"

UseCase = Callable[[Office, Caller, Any], Awaitable[Any]]
Row = tuple[Literal["GET", "POST"], str, type[Struct], type[Struct], UseCase, str]

ONE = "/webhooks/{webhook_id}"
TABLE: tuple[Row, ...] = (
    ("POST", "/webhooks", m.NewWebhook, m.WebhookSecret, endpoints.register, "Register a webhook"),
    ("GET", "/webhooks", Nothing, m.WebhookList, endpoints.list_webhooks, "List webhooks"),
    ("GET", ONE, m.WebhookId, m.WebhookView, endpoints.get_webhook, "One webhook"),
    ("POST", f"{ONE}/rotate", m.WebhookId, m.WebhookSecret, endpoints.rotate, "Turn its secret"),
    ("POST", f"{ONE}/disable", m.WebhookId, m.WebhookView, endpoints.disable, "Switch it off"),
    ("POST", f"{ONE}/enable", m.WebhookId, m.WebhookView, endpoints.enable, "Switch it on again"),
    (
        "GET",
        f"{ONE}/deliveries",
        m.ListDeliveries,
        m.DeliveryList,
        deliveries.list_deliveries,
        "Deliveries and their attempts",
    ),
    (
        "POST",
        f"{ONE}/deliveries/{{delivery_id}}/retry",
        m.DeliveryId,
        m.DeliveryView,
        deliveries.retry,
        "Try a delivery again",
    ),
)


def webhook_routes(office: Office) -> list[Route]:
    """All routes of webhooks."""
    return [
        Route(
            kind="call",
            method=method,
            path=API + path,
            permission=Permission.WEBHOOK_MANAGE,
            request=request,
            response=response,
            handler=partial(use_case, office),
            summary=summary,
            command=method == "POST",
            tag="webhooks",
        )
        for method, path, request, response, use_case, summary in TABLE
    ]
