"""`python -m integrations.pretend_hospital --api URL --token T --mood prompt`: one hospital until interrupted."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence

from integrations.pretend_hospital.client import Api
from integrations.pretend_hospital.hospital import Hospital
from integrations.pretend_hospital.moods import Mood
from integrations.pretend_hospital.opening import DUTIES, open_hospital


def read(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m integrations.pretend_hospital", description=__doc__)
    parser.add_argument("--api", required=True, metavar="URL", help="where the service is, without /api/v1")
    parser.add_argument("--token", required=True, help="of a machine client; - reads it from standard input")
    parser.add_argument("--mood", type=Mood, choices=list(Mood), default=Mood.PROMPT)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than real time")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--url", help="the address to register, where another one leads here")
    return parser.parse_args(arguments)


async def run(options: argparse.Namespace) -> None:
    """Until cancelled."""
    token = sys.stdin.readline().strip() if options.token == "-" else options.token
    hospital = Hospital(
        Api(options.api, token), DUTIES, mood=options.mood, seed=options.seed, speed=options.speed
    )
    async with open_hospital(hospital, options.host, options.port, options.url) as address:
        print(f"pretend hospital ({hospital.mood}) listens at {address}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(read()))
