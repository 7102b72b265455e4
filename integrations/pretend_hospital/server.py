"""The hospital's own web server: one address for webhooks, answered fast, whatever happens afterwards."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import Struct
from standardwebhooks import Webhook, WebhookVerificationError

PATH = "/webhook"
REMEMBERED = 10_000
"""How many ids are kept: more than a sender can repeat within its schedule."""


class Event(Struct, frozen=True):
    """What a webhook says: the kind of entry, and ids to ask for."""

    id: UUID
    type: str
    data: dict[str, Any]


class Door:
    """Lets in what is signed, fresh and new. `secret` is None until the webhook is registered."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self.secret: str | None = None
        self.is_open = True
        self.taken = 0
        self.refused = 0
        self.repeated = 0
        self._tell = tell
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._knocks = 0

    def application(self) -> web.Application:
        """The server's only route."""
        application = web.Application(client_max_size=256 * 1024)
        application.router.add_post(PATH, self._receive)
        return application

    async def _receive(self, request: web.Request) -> web.Response:
        if not self.is_open:
            return self._shut(request)
        body = await request.read()
        event = self._checked(body, dict(request.headers))
        if event is None:
            self.refused += 1
            return web.Response(status=401)
        webhook_id = request.headers["webhook-id"]
        if webhook_id in self._seen:
            self.repeated += 1
            return web.Response(status=204)
        self._seen[webhook_id] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        self.taken += 1
        self._tell(event)
        return web.Response(status=204)

    def _shut(self, request: web.Request) -> web.Response:
        """A system that is down: sometimes it says so, sometimes the line goes dead."""
        self._knocks += 1
        if self._knocks % 2 == 0 and request.transport is not None:
            request.transport.close()
        return web.Response(status=503)

    def _checked(self, body: bytes, headers: dict[str, str]) -> Event | None:
        """The event, if signature and time are right (within five minutes) and it is one at all."""
        if self.secret is None:
            return None
        try:
            Webhook(self.secret).verify(body, headers, json_parse=False)
            return msgspec.json.decode(body, type=Event)
        except (WebhookVerificationError, ValueError):
            return None
