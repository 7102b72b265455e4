"""Configuration: the only reader of the environment."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from app.demo.living.pace import FASTEST, SLOWEST
from dispatch.desk.context import DispatchConfig
from integrations.webhooks.addresses import WebhookConfig
from ledger.errors import Invalid
from referrals.desk.context import ReferralConfig
from web.config import WebConfig
from web.words import Language

DEFAULT_PORT = 8120
DEFAULT_DATA = ".data"
PAGES = ("app/pages", "console/dist")
"""Where the built pages lie beside the code: in an installed package, in the source folder."""

LONGEST_SOCKET_PATH = 100
"""Unix sockets have room for 108 bytes on Linux, 104 elsewhere."""


class Config(Struct, frozen=True, kw_only=True):
    """One installation. `database` is a postgresql:// URL or the path of an SQLite file.

    A demo lives `speed` times as fast as life, or not at all when `quiet`.
    """

    data: Path
    database: str
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    demo: bool = False
    quiet: bool = False
    speed: float = 1.0
    log_json: bool = False
    web: WebConfig = WebConfig()
    dispatch: DispatchConfig = DispatchConfig()
    referrals: ReferralConfig = ReferralConfig()
    webhooks: WebhookConfig = WebhookConfig()

    @property
    def roads(self) -> Path:
        """Where the imported road graph lies."""
        return self.data / "roads"

    @property
    def prefecture(self) -> Path:
        """Where the demo prefecture is generated."""
        return self.data / "prefecture"

    @property
    def socket(self) -> Path:
        """The owner-only socket of the running service; elsewhere when the folder's path is too long for one."""
        path = (self.data / "jiuhu.sock").absolute()
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return path
        digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"jiuhu-{os.getuid()}-{digest}.sock"


def read_config(
    environment: Mapping[str, str] = os.environ,
    *,
    data: str | None = None,
    database: str | None = None,
    host: str | None = None,
    port: int | None = None,
    demo: bool = False,
    quiet: bool = False,
    speed: float = 1.0,
) -> Config:
    """Options first, then JIUHU_DATA, _DATABASE, _HOST, _PORT, _LOG, _HTTPS, _WEBHOOK_PRIVATE of the environment, then
    the defaults.

    Raises Invalid naming the variable that cannot be used.
    """
    folder = Path(data or environment.get("JIUHU_DATA") or DEFAULT_DATA)
    name = database or environment.get("JIUHU_DATABASE") or str(folder / "jiuhu.db")
    return Config(
        data=folder,
        database=name,
        host=host or environment.get("JIUHU_HOST") or "127.0.0.1",
        port=_port(environment.get("JIUHU_PORT") if port is None else str(port)),
        demo=demo,
        quiet=quiet,
        speed=_speed(speed),
        log_json=environment.get("JIUHU_LOG") == "json",
        web=WebConfig(https=environment.get("JIUHU_HTTPS") == "1", pages=_pages()),
        webhooks=WebhookConfig(private=environment.get("JIUHU_WEBHOOK_PRIVATE") == "1"),
    )


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """zh-CN where the terminal speaks Chinese, else en."""
    spoken = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh-CN" if spoken.startswith("zh") else "en"


def _pages() -> Path:
    """The folder of the built pages, or where a build would put them."""
    folders = [Path(__file__).parents[1] / name for name in PAGES]
    return next((folder for folder in folders if (folder / "index.html").exists()), folders[-1])


def _speed(value: float) -> float:
    if not SLOWEST <= value <= FASTEST:
        raise Invalid("speed-unusable", field="speed", value=value, slowest=SLOWEST, fastest=FASTEST)
    return value


def _port(value: str | None) -> int:
    if not value:
        return DEFAULT_PORT
    if not value.isdecimal() or not 0 <= int(value) <= 65_535:
        raise Invalid("port-unusable", field="JIUHU_PORT", value=value)
    return int(value)
