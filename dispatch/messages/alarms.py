"""Messages about alarms: what did not happen in time, and who deals with it."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from ledger.kinds.base import Instant, Short

Kind = Annotated[str, Meta(min_length=1, max_length=40, pattern="^[a-z-]+$")]


class ListAlarms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Alarms that nobody has taken; with `acknowledged`, also those that somebody has, until they are settled."""

    acknowledged: bool = False


class AlarmName(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One alarm: which deadline, of what."""

    kind: Short
    subject_id: UUID


class ShelveAlarms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set alarms of one kind aside at the caller's own seat, for so long."""

    kind: Kind
    minutes: Annotated[int, Meta(ge=1, le=30)]


class AlarmKind(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Alarms of one kind."""

    kind: Kind


class ShelfView(Struct, frozen=True, kw_only=True):
    """Somebody has set alarms of this kind aside at their seat. Nobody else hears them less by that."""

    kind: str
    actor_id: UUID
    name: str
    seat: str
    at: Instant
    until: Instant


class ShelfList(Struct, frozen=True, kw_only=True):
    """What is set aside now at the seats of the caller's organisation, the oldest first."""

    shelves: tuple[ShelfView, ...]


class AlarmRate(Struct, frozen=True, kw_only=True):
    """How many alarms the caller's organisation was told in the last `window_s`, and how many people were there.

    Fewer than one in ten minutes for each operator is the aim (EEMUA 191).
    """

    window_s: int
    alarms: int
    operators: int


class AlarmAbout(Struct, frozen=True, kw_only=True):
    """Whose journey an alarm is about, and whom to telephone: who is silent, or who knows more.

    `referral_code` is "" and `referral_id` null when it is about no referral; `telephone` "" when none is registered.
    """

    patient: str
    referral_id: UUID | None
    referral_code: str
    organisation_id: UUID
    name_zh: str
    name_en: str
    telephone: str


class AlarmView(Struct, frozen=True, kw_only=True):
    """A deadline that passed and whose fact is still missing.

    `kind` is the deadline's ("crew-ack", "station-ack", "change-ack", "reservation-due", "hold-reminder",
    "notice-ack", "offer-silent" ...), `subject_id` what it is about: an assignment, an incident, a notice, an offer,
    a referral. `since`: when it passed. `about` is known of notices, offers and referrals.
    `escalates_at`: when it becomes the shift leader's if no dispatcher has taken it by then; None when one has.
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
    escalates_at: Instant | None
    acknowledged_by: str | None
    acknowledged_seat: str | None
    acknowledged_at: Instant | None
    about: AlarmAbout | None = None


class AlarmList(Struct, frozen=True, kw_only=True):
    """Alarms, the oldest first; what is set aside at a seat of the organisation now; and how often there is one."""

    alarms: tuple[AlarmView, ...]
    shelves: tuple[ShelfView, ...]
    rate: AlarmRate
