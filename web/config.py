"""What the surface can be told from outside; `app.config` fills it."""

from pathlib import Path

from msgspec import Struct


class WebConfig(Struct, frozen=True, kw_only=True):
    """`https`: browsers reach us through TLS, so cookies are Secure even when a proxy ends the TLS.

    `origins` are other origins ("https://console.example") that pages of ours are served from; our own needs no
    entry. `body_limit_bytes` bounds every request body, `body_timeout_s` the time it may take to arrive, and
    `recheck_s` how long an open stream or socket may outlive the right to it (promised: 5 s). Who has missed more than
    `replay_limit` positions of the ledger is not told them again but to fetch the present. `pages` is the folder that
    the build of the console fills; it may still be empty.
    """

    https: bool = False
    origins: frozenset[str] = frozenset()
    body_limit_bytes: int = 1024 * 1024
    body_timeout_s: float = 20.0
    recheck_s: float = 4.0
    replay_limit: int = 100_000
    pages: Path | None = None
    title: str = "Jiuhu 救护"
    version: str = "0.1.0"
