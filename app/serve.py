"""`jiuhu serve`: open the house, listen, say where, and put everything away when told to stop."""

import asyncio
import signal
import sys
from contextlib import AbstractAsyncContextManager, nullcontext

import structlog
from aiohttp import web

from app.admin import listening
from app.compose import House, open_house
from app.config import Config
from app.demo import setup as demo
from app.demo.companion import company
from app.demo.seed import PrefectureSeed
from app.progress import Progress
from ledger.errors import Unavailable
from ledger.storage.open import open_storage

log = structlog.get_logger(__name__)

STOP_WITHIN_S = 5.0


async def serve(config: Config) -> None:
    """Until SIGTERM or SIGINT."""
    seed = await _make_demo(config) if config.demo else None
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)
    async with open_house(config) as house:
        runner = web.AppRunner(house.application, access_log=None, shutdown_timeout=STOP_WITHIN_S)
        await runner.setup()
        try:
            await _listen(runner, config)
            port = runner.addresses[0][1]
            async with listening(config.socket, house.storage), _company(config, port):
                _say_where(config, house, seed, port)
                await stop.wait()
        finally:
            await runner.cleanup()


async def _listen(runner: web.AppRunner, config: Config) -> None:
    try:
        await web.TCPSite(runner, config.host, config.port).start()
    except OSError as error:
        raise Unavailable(
            "address-in-use", host=config.host, port=config.port, why=error.strerror or ""
        ) from error


def _company(config: Config, port: int) -> AbstractAsyncContextManager[object]:
    """The demo's people, unless the prefecture is left to one's own hands."""
    if not config.demo or config.quiet:
        return nullcontext()
    return company(f"http://{config.host}:{port}", config.data, config.speed)


async def _make_demo(config: Config) -> PrefectureSeed:
    progress = Progress()
    seed = await asyncio.to_thread(demo.make_files, config, progress)
    progress.close()
    storage = await open_storage(config.database)
    try:
        await demo.fill(config, storage, seed)
    finally:
        await storage.close()
    return seed


def _say_where(config: Config, house: House, seed: PrefectureSeed | None, port: int) -> None:
    address = f"http://{config.host}:{port}"
    lines = [
        f"Jiuhu 救护 is ready: {address}/  {'选择席位 choose a seat' if house.demo else '登录 sign in'}",
        f"接口说明 API description: {address}/docs  {address}/openapi.json",
    ]
    if house.demo:
        lines.append("演示 DEMO: nothing here is real. 此处数据均为虚构。")
    if seed is not None:
        password = demo.demo_password(config.data)
        lines.append(f"Demo sign-ins, all with the password {password}:")
        lines += [f"  {login:<18} {whose}" for login, whose in demo.sign_ins(seed)]
    print("\n".join(lines), file=sys.stdout, flush=True)
