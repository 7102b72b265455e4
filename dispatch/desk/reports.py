"""The shift report of a centre: computed from rings, calls and stamps at the moment of asking, and as a table file."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Connection

from dispatch.desk import report_lists as lists
from dispatch.desk import report_samples as samples
from dispatch.desk.context import Desk
from dispatch.messages.reports import Exclusion, MetricView, ReportPeriod, ShiftReport
from dispatch.report_csv import as_csv
from dispatch.reports import Metric, Sample, measure
from dispatch.texts.reports import DEFINITIONS, EXCLUSIONS, NAMES
from ledger.errors import Invalid
from web.caller import Caller
from web.routes import Reply

LONGEST = timedelta(days=31)
CSV_TYPE = "text/csv; charset=utf-8; header=present"


async def shift_report(desk: Desk, caller: Caller, request: ReportPeriod) -> ShiftReport:
    """What happened at the caller's centre in this period. Asked again later, stamps that came late count too."""
    if request.until <= request.since:
        raise Invalid("period-backwards", field="until")
    if request.until - request.since > LONGEST:
        raise Invalid("period-too-long", field="until", days=LONGEST.days)
    return await desk.storage.read(lambda connection: _report(desk, caller, request, connection))


async def shift_report_csv(desk: Desk, caller: Caller, request: ReportPeriod) -> Reply:
    """The same as a file that a spreadsheet opens."""
    report = await shift_report(desk, caller, request)
    name = f"shift-{request.since:%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Reply((CSV_TYPE, as_csv(report, desk.config.utc_offset_h)), headers)


def _report(desk: Desk, caller: Caller, period: ReportPeriod, connection: Connection) -> ShiftReport:
    centre, config = caller.organisation_id, desk.config
    opened = samples.Opened(connection, centre, period)
    return ShiftReport(
        since=period.since,
        until=period.until,
        made_at=desk.clock.now(),
        calls=lists.calls(connection, centre, period),
        incidents=lists.incidents(connection, centre, period),
        ring_to_answer=_figures(
            Metric.RING_TO_ANSWER, samples.ring_samples(connection, centre, period), config.ring_target_s
        ),
        answer_to_dispatch=_figures(
            Metric.ANSWER_TO_DISPATCH, samples.dispatch_samples(opened), config.dispatch_target_s
        ),
        turnout=_figures(
            Metric.TURNOUT, samples.turnout_samples(connection, centre, period), config.turnout_target_s
        ),
        response=_figures(
            Metric.RESPONSE, samples.response_samples(connection, opened), config.response_target_s
        ),
        held=lists.held(connection, centre, period),
        overdue=lists.overdue(connection, centre, period),
        missed=lists.missed(connection, centre, period),
        ends=lists.ends(connection, centre, period),
        closes=lists.closes(connection, centre, period),
    )


def _figures(metric: Metric, found: Iterable[Sample], target_s: int) -> MetricView:
    figures = measure(found, target_s)
    return MetricView(
        code=metric.value,
        name_zh=NAMES[metric]["zh-CN"],
        name_en=NAMES[metric]["en"],
        definition_zh=DEFINITIONS[metric]["zh-CN"],
        definition_en=DEFINITIONS[metric]["en"],
        n=figures.n,
        excluded=sum(figures.excluded.values()),
        exclusions=tuple(
            Exclusion(code=code.value, n=n, zh=EXCLUSIONS[code]["zh-CN"], en=EXCLUSIONS[code]["en"])
            for code, n in figures.excluded.items()
        ),
        median_s=figures.median_s,
        p90_s=figures.p90_s,
        target_s=float(target_s),
        within_target=figures.within / figures.n if figures.n else None,
    )
