"""The shift report as CSV (RFC 4180) for a spreadsheet: UTF-8 with a byte order mark, times of the prefecture. Pure."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from dispatch.messages.reports import MetricView, ShiftReport
from dispatch.texts.reports import SECTIONS
from dispatch.texts.words import WORDS

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins like this is run as a formula by spreadsheets (OWASP, CSV injection)."""

Line = tuple[Any, ...]


def as_csv(report: ShiftReport, utc_offset_h: float) -> bytes:
    """One table below the other, each with its heading; words of both languages side by side."""
    zone = timezone(timedelta(hours=utc_offset_h))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for line in _lines(report):
        writer.writerow([_cell(value, zone) for value in line])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _lines(report: ShiftReport) -> Iterator[Line]:
    yield "时段 period", report.since, report.until
    yield "生成 made at", report.made_at
    yield ()
    yield "新建事件 incidents opened", report.incidents
    yield ()
    yield from _metrics(report)
    yield from _section(
        "held",
        "事件 incident",
        "挂起时间 held at",
        "原因 reason",
        "负责人 owner",
        "提醒 remind at",
        "仍挂起 still",
    )
    for held in report.held:
        yield held.incident_code, held.held_at, held.reason, held.owner_name, held.remind_at, held.still
    yield from _section(
        "overdue", "事项 deadline", "事件 incident", "单元 unit", "期限 due at", "超时 passed at"
    )
    for late in report.overdue:
        yield late.deadline, late.incident_code, late.call_sign, late.due_at, late.passed_at
    yield from _section(
        "missed", "号码 number", "振铃 rang at", "等待秒 waited s", "处理 dealt with at", "结果 code"
    )
    for ring in report.missed:
        source = WORDS[ring.source]
        times = (ring.rang_at, ring.waited_s, ring.dealt_with_at)
        yield source["zh-CN"], source["en"], ring.callback, *times, ring.end_code
    for name, counts in (("calls", report.calls), ("ends", report.ends), ("closes", report.closes)):
        yield from _section(name, "代码 code", "名称", "name", "次数 n")
        for count in counts:
            yield count.code, count.zh, count.en, count.n


def _metrics(report: ShiftReport) -> Iterator[Line]:
    metrics = (report.ring_to_answer, report.answer_to_dispatch, report.turnout, report.response)
    yield (
        "指标",
        "metric",
        "n",
        "排除 excluded",
        "中位数秒 median s",
        "九十百分位秒 p90 s",
        "目标秒 target s",
        "达标率 within target",
        "定义",
        "definition",
    )
    for found in metrics:
        yield (*_figures(found), found.definition_zh, found.definition_en)
    yield ()
    yield "指标", "metric", "排除原因", "left out because", "次数 n"
    for found in metrics:
        for left_out in found.exclusions:
            yield found.name_zh, found.name_en, left_out.zh, left_out.en, left_out.n


def _figures(found: MetricView) -> Line:
    share = None if found.within_target is None else round(found.within_target, 4)
    name = (found.name_zh, found.name_en)
    return (*name, found.n, found.excluded, found.median_s, found.p90_s, found.target_s, share)


def _section(name: str, *columns: str) -> Iterator[Line]:
    yield ()
    yield (f"{SECTIONS[name]['zh-CN']} {SECTIONS[name]['en']}",)
    yield columns


def _cell(value: Any, zone: timezone) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
