"""`python -m app.demo.living`: the demo's people come alive beside a running service, until standard input ends.

`jiuhu serve --demo` starts it as a process of its own; it ends with the service, however that ends.
"""

import argparse
import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import fixtures
from app.demo.living.conductor import RINGS_EVERY_S, Conductor
from app.demo.living.pace import FASTEST, SLOWEST, Pace
from app.demo.prefecture.generate import SEED_FILE
from app.demo.seed import read_calls, read_prefecture
from app.logs import set_up
from geo.roads.importer import load_places


def main() -> None:
    """Parse, then live."""
    parser = argparse.ArgumentParser(prog="python -m app.demo.living", description=__doc__)
    parser.add_argument("--url", required=True, help="where the service listens")
    parser.add_argument("--data", type=Path, required=True, help="folder of the demo installation")
    parser.add_argument("--speed", type=float, default=1.0, help="1 to 60 times as fast as life")
    parser.add_argument(
        "--between", type=float, default=RINGS_EVERY_S, help="seconds of the demo between calls"
    )
    parser.add_argument("--seed", type=int, default=120, help="another seed, other stories")
    options = parser.parse_args()
    if not SLOWEST <= options.speed <= FASTEST:
        parser.error(f"--speed must be {SLOWEST:.0f} to {FASTEST:.0f}")
    set_up(as_json=False)
    asyncio.run(live(_conductor(options), _until_input_ends()))


def _conductor(options: argparse.Namespace) -> Conductor:
    seed = read_prefecture((options.data / "prefecture" / SEED_FILE).read_bytes())
    return Conductor(
        options.url,
        (options.data / "demo-password").read_text().strip(),
        seed,
        load_places(options.data / "roads"),
        read_calls(fixtures.read("calls.json")),
        Pace(options.speed, options.seed),
        options.between,
    )


async def live(conductor: Conductor, end: Coroutine[Any, Any, object]) -> None:
    """The cast at work until `end` comes to its end, or one of them fails; then everybody leaves."""
    living = asyncio.create_task(conductor.run())
    ended = asyncio.create_task(end)
    await asyncio.wait({living, ended}, return_when=asyncio.FIRST_COMPLETED)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await conductor.close()
    if not living.cancelled() and (failure := living.exception()) is not None:
        raise failure


async def _until_input_ends() -> None:
    """The service holds the other end: when it dies, however it dies, this ends."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass


if __name__ == "__main__":
    main()
