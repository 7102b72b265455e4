"""The command line as a person uses it: `jiuhu` in a process of its own."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

JIUHU = Path(sys.executable).parent / "jiuhu"
WITHIN_S = 90.0
READY = re.compile(r"ready: http://127\.0\.0\.1:(\d+)/")


def environment(**more: str) -> dict[str, str]:
    """What a person's shell would give, without any setting of this machine."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JIUHU_", "LC_", "LANG"))
    }
    return {**kept, "LANG": "en_GB.UTF-8", **more}


def jiuhu(
    *arguments: str | Path, typed: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; `typed` is its standard input."""
    return subprocess.run(
        [str(JIUHU), *(str(argument) for argument in arguments)],
        input=typed,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        env=dict(env or environment()),
        check=False,
    )


@contextmanager
def serving(data: Path, *options: str | Path) -> Iterator[int]:
    """`jiuhu serve` on a free port while the block runs: gives the port, and stops it as an operator does."""
    log = data / "serve.log"
    words = [str(JIUHU), "--data", str(data), "serve", "--port", "0", *(str(option) for option in options)]
    with log.open("w") as out, subprocess.Popen(words, stdout=out, stderr=out, env=environment()) as process:
        try:
            yield _port(process, log)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
    assert process.returncode == 0, log.read_text()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        if found := READY.search(log.read_text()):
            return int(found[1])
        if process.poll() is not None:
            break
        time.sleep(0.02)
    pytest.fail(f"jiuhu serve did not become ready:\n{log.read_text()}")
