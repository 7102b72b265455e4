"""Progress of long work on standard error: a bar on a terminal, a line for each stage elsewhere."""

import sys
import time
from typing import TextIO

WIDTH = 30
EVERY_S = 0.1


class Progress:
    """Call it with (stage, done, total); `total` 0 means that the end is not known."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._bar = self._out.isatty()
        self._stage = ""
        self._drawn_s = 0.0
        self._began_s = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now_s = time.monotonic()
        if stage != self._stage:
            self._end_line()
            self._stage, self._began_s, self._drawn_s = stage, now_s, 0.0
            if not self._bar:
                print(f"{stage} ...", file=self._out, flush=True)
        if self._bar and (now_s - self._drawn_s > EVERY_S or done == total):
            self._drawn_s = now_s
            share = done / total if total else 0.0
            bar = "#" * round(share * WIDTH)
            figure = f"{share:4.0%}" if total else f"{done:,}"
            print(f"\r{stage:<28} [{bar:<{WIDTH}}] {figure} ", end="", file=self._out, flush=True)

    def close(self) -> None:
        """End the last line."""
        self._end_line()

    def _end_line(self) -> None:
        if self._bar and self._stage:
            print(f"{time.monotonic() - self._began_s:6.1f} s", file=self._out, flush=True)
