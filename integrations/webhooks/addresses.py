"""Where a webhook may go: never inside our own network unless the operator allows it (server-side request forgery).

A name is resolved here and the connection is made to the very address that was judged, so a name that answers
differently the second time gains nothing. Redirects are not followed (OWASP SSRF Prevention Cheat Sheet).
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from msgspec import Struct
from yarl import URL

from ledger.errors import Invalid
from ledger.reasons import Reason

RESOLVE_WITHIN_S = 5.0
NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address, which may well be a private one."""

Address = IPv4Address | IPv6Address


class WebhookConfig(Struct, frozen=True, kw_only=True):
    """Which addresses inside are allowed: `loopback` in a demo, `private` where hospitals sit in the same network."""

    loopback: bool = False
    private: bool = False


class AddressRefused(OSError):
    """A name that leads only to where no webhook may go."""


def inner(address: Address) -> Address:
    """The address that is really reached: IPv6 can carry an IPv4 address in several ways."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def may_reach(address: str, config: WebhookConfig, *, plain: bool = False) -> bool:
    """Whether a delivery may go to this address; `plain` without TLS, which is for addresses inside only."""
    try:
        reached = inner(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if reached.is_multicast or reached.is_unspecified or reached.is_link_local:
        return False
    if reached.is_loopback:
        return config.loopback or config.private
    if reached.is_global:
        return not plain
    return config.private and reached.is_private and not reached.is_reserved


def read_url(text: str, config: WebhookConfig) -> URL:
    """The address of a receiver, as far as it can be judged without asking a name server; Invalid otherwise."""
    try:
        url = URL(text)
        port = url.port
    except ValueError:
        raise Invalid("webhook-url-unusable", field="url") from None
    if url.scheme not in ("https", "http") or not url.host or url.user is not None or not port:
        raise Invalid("webhook-url-unusable", field="url")
    if url.fragment or any(character.isspace() for character in text):
        raise Invalid("webhook-url-unusable", field="url")
    if url.scheme == "http" and not (config.loopback or config.private):
        raise Invalid("webhook-not-https", field="url")
    if is_literal(url.host) and not may_reach(url.host, config, plain=url.scheme == "http"):
        raise Invalid("webhook-address-inside", field="url")
    return url


def is_literal(host: str) -> bool:
    """Whether a host is an address already."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


async def check_url(text: str, config: WebhookConfig) -> URL:
    """The same, and what its name leads to now; a name that cannot be resolved at this moment is let pass."""
    url = read_url(text, config)
    assert url.host is not None
    try:
        async with asyncio.timeout(RESOLVE_WITHIN_S):
            await Pinned(config, plain=url.scheme == "http").resolve(
                url.host, url.port or 0, socket.AF_UNSPEC
            )
    except AddressRefused:
        raise Invalid("webhook-address-inside", field="url") from None
    except (OSError, TimeoutError, UnicodeError):
        return url
    return url


class Pinned(AbstractResolver):
    """Resolves a name to those of its addresses that a webhook may go to; AddressRefused when there is none."""

    def __init__(self, config: WebhookConfig, *, plain: bool) -> None:
        self._config = config
        self._plain = plain

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
        allowed = [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, _, proto, _, address in found
            if may_reach(str(address[0]), self._config, plain=self._plain)
        ]
        if not allowed:
            raise AddressRefused(host)
        return allowed

    async def close(self) -> None:
        """Nothing is held."""


REFUSED = Reason("webhook-address-inside")
"""What an attempt says that was not made for that reason."""
