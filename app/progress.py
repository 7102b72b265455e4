"""Progress of long work on standard error: a bar on a terminal, a line for each stage elsewhere."""

import sys
import time
import unicodedata
from typing import TextIO

from app.config import language
from web.words import Catalogue, Language

WIDTH = 30
LABEL = 28
EVERY_S = 0.1

STAGES: Catalogue = {
    "land": {"zh-CN": "绘制演示地区的山水", "en": "drawing the demo's rivers and hills"},
    "roads": {"zh-CN": "铺设道路", "en": "laying roads"},
    "junctions": {"zh-CN": "布置路口", "en": "making junctions"},
    "people": {"zh-CN": "安排医院、急救站和车组", "en": "placing hospitals and crews"},
    "write": {"zh-CN": "写入地图文件", "en": "writing the map file"},
    "done": {"zh-CN": "演示地区已就绪", "en": "the demo prefecture is there"},
    "read": {"zh-CN": "读取地图文件", "en": "reading the map file"},
    "cut": {"zh-CN": "在路口切分道路", "en": "cutting roads at junctions"},
    "order": {"zh-CN": "编制路网索引", "en": "ordering the road index"},
    "save": {"zh-CN": "保存路网", "en": "saving the roads"},
    "copying": {"zh-CN": "复制数据库", "en": "copying the database"},
    "checking": {"zh-CN": "核对副本", "en": "checking the copy"},
    "replaying": {"zh-CN": "由台账重建", "en": "replaying the ledger"},
}
"""Every stage that any long work reports, in words."""


class Progress:
    """Call it with (stage, done, total); `total` 0 means that the end is not known."""

    def __init__(self, out: TextIO | None = None, spoken: Language | None = None) -> None:
        self._out = out or sys.stderr
        self._spoken = spoken or language()
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
                print(f"{self._label()} ...", file=self._out, flush=True)
        if self._bar and (now_s - self._drawn_s > EVERY_S or done == total):
            self._drawn_s = now_s
            share = done / total if total else 0.0
            bar = "#" * round(share * WIDTH)
            figure = f"{share:4.0%}" if total else f"{done:,}"
            print(
                f"\r{_padded(self._label())} [{bar:<{WIDTH}}] {figure} ", end="", file=self._out, flush=True
            )

    def close(self) -> None:
        """End the last line."""
        self._end_line()

    def _label(self) -> str:
        """The stage in words; its bare name when it has none, because work must not fail over its progress."""
        sentence = STAGES.get(self._stage)
        return self._stage if sentence is None else sentence[self._spoken]

    def _end_line(self) -> None:
        if self._bar and self._stage:
            print(f"{time.monotonic() - self._began_s:6.1f} s", file=self._out, flush=True)


def _padded(label: str) -> str:
    """To LABEL columns of a terminal, where a Chinese character takes two."""
    columns = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in label)
    return label + " " * max(0, LABEL - columns)
