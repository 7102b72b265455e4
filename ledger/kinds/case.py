"""What can be said about a case (救治档案): one patient's journey."""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from clinical.vitals import VitalSigns
from ledger.kinds.base import Kind, Room, Short, Text
from ledger.kinds.incident import Age
from ledger.kinds.words import Sex, StreamKind


class CaseKind(Kind, frozen=True, kw_only=True):
    """Base of the kinds that stand in a case's stream and belong to dispatch."""

    owner: ClassVar[Room] = "dispatch"
    streams: ClassVar[tuple[StreamKind, ...]] = (StreamKind.CASE,)


class Patient(Struct, frozen=True, kw_only=True):
    """A person, perhaps unknown (三无) or temporary ("twin A"), named later without becoming another patient."""

    label: Short
    name: Annotated[str, Meta(max_length=80)] = ""
    identity_number: Annotated[str, Meta(max_length=40)] = ""
    age_years: Age | None = None
    sex: Sex = Sex.UNKNOWN
    complaint: Text = ""


class CaseOpened(CaseKind, frozen=True, kw_only=True, tag="case.opened.v1"):
    """First entry of the stream. The incident's own stream does not mention it: nobody can count other patients."""

    patient: Patient
    centre_id: UUID
    incident_id: UUID | None = None
    assignment_id: UUID | None = None


class PatientDescribed(CaseKind, frozen=True, kw_only=True, tag="case.patient-described.v1"):
    """More is known of the patient now."""

    patient: Patient


class VitalsTaken(CaseKind, frozen=True, kw_only=True, tag="case.vitals-taken.v1"):
    """One set of vital signs, with the plausibility warnings it was taken in with."""

    command_id: Short
    vitals: VitalSigns
    warnings: tuple[str, ...] = ()


class DestinationChosen(CaseKind, frozen=True, kw_only=True, tag="case.destination-chosen.v1"):
    """The facility that a person chose to bring this patient to; its organisation may read the case from now on."""

    facility_id: UUID
    reason: Text = ""


class CaseEnded(CaseKind, frozen=True, kw_only=True, tag="case.ended.v1"):
    """The journey ends before any hospital, with its coded reason."""

    code: Short
    remarks: Text = ""


class CaseJoined(CaseKind, frozen=True, kw_only=True, tag="case.joined-incident.v1"):
    """A run was opened to bring this patient: the crews that are sent to that incident may read the case.

    `referral_id` is the referral that asked for the run.
    """

    incident_id: UUID
    centre_id: UUID
    referral_id: UUID | None = None
