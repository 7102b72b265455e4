"""Messages about alarms: what did not happen in time, and who deals with it."""

from uuid import UUID

from msgspec import Struct

from ledger.kinds.base import Instant, Short


class ListAlarms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Alarms that nobody has taken; with `acknowledged`, also those that somebody has, until they are settled."""

    acknowledged: bool = False


class AlarmName(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One alarm: which deadline, of what."""

    kind: Short
    subject_id: UUID


class AlarmView(Struct, frozen=True, kw_only=True):
    """A deadline that passed and whose fact is still missing.

    `kind` is the deadline's ("crew-ack", "station-ack", "change-ack", "reservation-due", "hold-reminder",
    "notice-ack" ...), `subject_id` what it is about: an assignment, an incident, a notice. `since`: when it passed.
    """

    kind: str
    subject_id: UUID
    due_at: Instant
    since: Instant
    incident_id: UUID | None
    incident_code: str | None
    case_id: UUID | None
    call_sign: str | None
    told_role: str
    acknowledged_by: str | None
    acknowledged_seat: str | None
    acknowledged_at: Instant | None


class AlarmList(Struct, frozen=True, kw_only=True):
    """Alarms, the oldest first."""

    alarms: tuple[AlarmView, ...]
