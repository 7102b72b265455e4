"""The living demo beside the service: a process of its own that talks to it as anybody outside would."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

STOP_WITHIN_S = 3.0


@asynccontextmanager
async def company(
    url: str, data: Path, speed: float, *, log: int | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """People at work while the block runs, and their process; what they log goes to `log`, else where ours goes. They
    hear of the service's end by their standard input, even a kill.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.demo.living",
        f"--url={url}",
        f"--data={data}",
        f"--speed={speed}",
        stdin=asyncio.subprocess.PIPE,
        stderr=log,
    )
    assert process.stdin is not None
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
