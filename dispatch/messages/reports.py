"""Messages of the shift report (交接班): figures with their definitions, and the lists that a leader hands on."""

from uuid import UUID

from msgspec import Struct

from ledger.kinds.base import Instant
from ledger.kinds.words import CallSource


class ReportPeriod(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `since` to just before `until`."""

    since: Instant
    until: Instant


class Exclusion(Struct, frozen=True, kw_only=True):
    """How many rows a figure leaves out for one reason."""

    code: str
    n: int
    zh: str
    en: str


class MetricView(Struct, frozen=True, kw_only=True):
    """One figure in seconds. `within_target` is the share (0-1) of `n` that took at most `target_s`."""

    code: str
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    n: int
    excluded: int
    exclusions: tuple[Exclusion, ...]
    median_s: float | None
    p90_s: float | None
    target_s: float
    within_target: float | None


class HeldRow(Struct, frozen=True, kw_only=True):
    """An incident was held in the period: who answers for it, until when; `still` when it waits now."""

    incident_id: UUID
    incident_code: str
    held_at: Instant
    reason: str
    owner_id: UUID
    owner_name: str
    remind_at: Instant
    still: bool


class OverdueRow(Struct, frozen=True, kw_only=True):
    """Something had to happen by a time and did not."""

    deadline: str
    subject_id: UUID
    incident_id: UUID | None
    incident_code: str | None
    call_sign: str | None
    due_at: Instant
    passed_at: Instant


class MissedRow(Struct, frozen=True, kw_only=True):
    """Somebody hung up before anybody answered; `end_code` or `incident_id` say what was made of it."""

    ring_id: UUID
    source: CallSource
    callback: str
    rang_at: Instant
    ended_at: Instant
    waited_s: float
    dealt_with_at: Instant | None
    end_code: str | None
    incident_id: UUID | None


class EndCount(Struct, frozen=True, kw_only=True):
    """How often something coded happened: an end, a contact of one source."""

    code: str
    n: int
    zh: str
    en: str


class ShiftReport(Struct, frozen=True, kw_only=True):
    """A shift of the caller's centre. Names of patients and addresses are not in it.

    `calls` are the contacts that were taken, by source; `incidents` how many they and transfers opened.
    """

    since: Instant
    until: Instant
    made_at: Instant
    calls: tuple[EndCount, ...]
    incidents: int
    ring_to_answer: MetricView
    answer_to_dispatch: MetricView
    turnout: MetricView
    response: MetricView
    held: tuple[HeldRow, ...]
    overdue: tuple[OverdueRow, ...]
    missed: tuple[MissedRow, ...]
    ends: tuple[EndCount, ...]
    closes: tuple[EndCount, ...]
