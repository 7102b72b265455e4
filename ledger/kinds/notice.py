"""What can be said about a patient on the way to a facility: the pre-arrival notice and the two-sided handover.

Hospitals are told, not asked, when an ambulance brings a patient (首诊负责): a notice can be acknowledged, or strain be
reported; there is no refusal.
"""

from typing import ClassVar, Literal
from uuid import UUID

from ledger.kinds.base import Instant, Kind, Room, Short, Text
from ledger.kinds.words import StreamKind


class NoticeKind(Kind, frozen=True, kw_only=True):
    """Base of the kinds that stand in a case's stream and belong to referrals: notice and handover."""

    owner: ClassVar[Room] = "referrals"
    streams: ClassVar[tuple[StreamKind, ...]] = (StreamKind.CASE,)

    notice_id: UUID


class NoticeSent(NoticeKind, frozen=True, kw_only=True, tag="notice.sent.v1"):
    """A facility is told that this patient is coming (到院预告). Silence until `acknowledge_by` goes to a human.

    `alerts` are the pre-alert types that apply (stroke, chest-pain, trauma, sepsis, maternal, child).
    """

    facility_id: UUID
    centre_id: UUID
    acknowledge_by: Instant
    alerts: tuple[Short, ...] = ()


class NoticeAcknowledged(NoticeKind, frozen=True, kw_only=True, tag="notice.acknowledged.v1"):
    """The facility has heard it and gets ready."""

    remarks: Text = ""


class StrainReported(NoticeKind, frozen=True, kw_only=True, tag="notice.strain-reported.v1"):
    """The facility has heard it and says that it is under strain, and why. A human decides; nobody is redirected."""

    code: Short
    remarks: Text = ""


class NoticeWithdrawn(NoticeKind, frozen=True, kw_only=True, tag="notice.withdrawn.v1"):
    """The patient does not come after all: another destination was chosen, or the journey ended."""

    because: Short


class PatientArrived(NoticeKind, frozen=True, kw_only=True, tag="notice.patient-arrived.v1"):
    """The crew reached the facility with the patient: the offload clock runs until `offload_by`."""

    offload_by: Instant


class ArrivalWithdrawn(NoticeKind, frozen=True, kw_only=True, tag="notice.arrival-withdrawn.v1"):
    """The crew took its report of the arrival back: the patient is still coming, and no offload clock runs.

    A facility that had not answered is to do so until `acknowledge_by`.
    """

    acknowledge_by: Instant | None = None


class HandoverSigned(NoticeKind, frozen=True, kw_only=True, tag="handover.signed.v1"):
    """One side signed the handover (移交). Both sides see what the other signed."""

    side: Literal["crew", "facility"]
    command_id: Short
    summary: Text = ""
    remarks: Text = ""


class PatientHandedOver(NoticeKind, frozen=True, kw_only=True, tag="handover.completed.v1"):
    """Both sides have signed: the patient is in the care of the facility from now on."""

    facility_id: UUID
