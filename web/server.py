"""The service: the route tables made into one aiohttp application."""

from collections.abc import Sequence

from aiohttp import web

from ledger.clock import Clock
from ledger.storage import Storage
from web.calls import call_endpoint
from web.config import WebConfig
from web.docs import description_routes
from web.gate import Gate
from web.lasting import Lasting
from web.metrics import Metrics
from web.pages import add_pages
from web.replies import Endpoint
from web.routes import Route
from web.sockets import socket_endpoint
from web.streams import stream_endpoint
from web.trace import tracing
from web.words import Words


def build_application(
    routes: Sequence[Route],
    *,
    storage: Storage,
    clock: Clock,
    words: Words,
    metrics: Metrics,
    config: WebConfig = WebConfig(),
) -> web.Application:
    """All rooms' routes, with `/openapi.json` and `/docs` that describe them, behind the one gate; and the pages.

    Raises ValueError for a table that cannot work: a path name that the request does not have, a command that nobody
    gives, two routes in one place.
    """
    application = web.Application(
        middlewares=[tracing(words, metrics, clock)], client_max_size=config.body_limit_bytes
    )
    gate = Gate(storage, clock, config.origins)
    lasting = Lasting(config.recheck_s)
    application.on_shutdown.append(lambda _: lasting.stop())
    _refuse_doubles(routes)
    for route in routes:
        _add(application, route, _endpoint(route, gate, lasting, words, clock, config))
    for route in description_routes(routes, config):
        _add(application, route, call_endpoint(route, gate, clock, config))
    add_pages(application, config)
    return application


def _refuse_doubles(routes: Sequence[Route]) -> None:
    taken: set[tuple[str, str]] = set()
    for route in routes:
        place = route.method, route.path
        if place in taken:
            raise ValueError(f"two routes for {route.method} {route.path}")
        taken.add(place)


def _endpoint(
    route: Route, gate: Gate, lasting: Lasting, words: Words, clock: Clock, config: WebConfig
) -> Endpoint:
    if route.kind == "stream":
        return stream_endpoint(route, gate, lasting, words)
    if route.kind == "socket":
        return socket_endpoint(route, gate, lasting, words)
    return call_endpoint(route, gate, clock, config)


def _add(application: web.Application, route: Route, endpoint: Endpoint) -> None:
    """With and without a trailing slash, because a redirect would lose a POST; HEAD wherever there is a GET."""
    methods: list[str] = [route.method]
    if route.method == "GET" and route.kind in ("call", "bytes"):
        methods.append("HEAD")
    for path in dict.fromkeys((route.path, route.path.rstrip("/") + "/")):
        for method in methods:
            application.router.add_route(method, path, endpoint)
