"""The gate: who is asking, may they, and does the request come from a page of ours.

Persons carry a session cookie, machines a bearer token. A cookie is sent by the browser whatever page asks, so what
it authenticates must come from our own origin: SameSite=Strict, and here Origin and Sec-Fetch-Site (OWASP CSRF
Prevention Cheat Sheet).
"""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from aiohttp import web

from ledger.clock import Clock
from ledger.errors import Forbidden
from ledger.storage import Storage
from web.caller import Caller
from web.errors import Unauthenticated
from web.identity.permissions import Permission
from web.identity.sessions import find_caller
from web.seats import cookie_name

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
LONGEST_TOKEN = 200
FORWARDED = frozenset({"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"})
"""Who asks through a proxy of this machine asks from elsewhere."""


class Gate:
    """Looks callers up in the storage; `origins` are those besides our own that our pages come from."""

    def __init__(self, storage: Storage, clock: Clock, origins: frozenset[str]) -> None:
        self._storage = storage
        self._clock = clock
        self._origins = origins

    async def enter(self, request: web.Request, permission: Permission) -> Caller:
        """The caller, who has the permission. Raises Unauthenticated or Forbidden."""
        caller = await self.look_up(request)
        if caller is None:
            raise Unauthenticated("not-signed-in")
        if not caller.may(permission):
            raise Forbidden("not-permitted", role=caller.role.value, permission=permission.value)
        return caller

    async def look_up(self, request: web.Request) -> Caller | None:
        """Who is behind the request's token at this moment, if anybody."""
        token = _bearer(request) or request.cookies.get(cookie_name(request), "")
        if not 0 < len(token) <= LONGEST_TOKEN or not token.isascii():
            return None
        return await find_caller(self._storage, self._clock, token)

    def refuse_foreign(self, request: web.Request, *, socket: bool = False) -> None:
        """Raise Forbidden for an unsafe request, or any socket, that a page of somebody else makes a browser send."""
        if request.method in SAFE and not socket:
            return
        origin = request.headers.get("Origin")
        if socket:
            # A browser always names the origin of a socket, and sends no Sec-Fetch-Site worth trusting.
            if origin is not None and not self._is_own(origin, request.host):
                raise Forbidden("foreign-origin")
            return
        if _bearer(request) is not None:
            return
        site = request.headers.get("Sec-Fetch-Site", "none")
        if origin is not None and not self._is_own(origin, request.host):
            raise Forbidden("foreign-origin")
        if site not in OWN_SITES and (origin is None or origin not in self._origins):
            raise Forbidden("foreign-origin")

    def refuse_remote(self, request: web.Request) -> None:
        """Raise Forbidden for a request that does not come from this machine, or was meant for another one.

        A page of somebody else may give its own name our address (DNS rebinding); its requests then come from here
        and look like our own, and only the name that they were sent to tells.
        """
        if not _is_loopback(request.remote) or any(name in request.headers for name in FORWARDED):
            raise Forbidden("demo-loopback-only")
        if not self._is_here(request.host):
            raise Forbidden("demo-foreign-host")

    def _is_here(self, authority: str) -> bool:
        """Whether this names the machine itself, or a host that our pages are served from."""
        host = _host(f"//{authority}")
        if host is None:
            return False
        own = host in ("localhost", *map(_host, self._origins)) or host.endswith(".localhost")
        return own or _is_loopback(host)

    def _is_own(self, origin: str, host: str) -> bool:
        return origin in self._origins or _authority(origin) == host.lower()


def _bearer(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _is_loopback(remote: str | None) -> bool:
    try:
        address = ip_address(remote or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _authority(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None
