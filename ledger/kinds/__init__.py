"""Every entry kind: all that can be said about an incident or a case, and by which room."""

from typing import get_args

from ledger.kinds import assignment, case, common, incident
from ledger.kinds.base import Act, Kind

AnyKind = (
    incident.IncidentOpened
    | incident.CallTaken
    | incident.CallMovedHere
    | incident.CallMovedAway
    | incident.EvidenceAdded
    | incident.Located
    | incident.QuestionsAnswered
    | incident.Prioritised
    | incident.PriorityAdvised
    | incident.IncidentHeld
    | incident.IncidentResumed
    | incident.IncidentClosed
    | assignment.UnitSent
    | assignment.ReservationCalled
    | assignment.OrderHeard
    | assignment.Stamped
    | assignment.ChangeHeard
    | case.CaseOpened
    | case.PatientDescribed
    | case.VitalsTaken
    | case.DestinationChosen
    | case.CaseEnded
    | common.ReaderAdmitted
    | common.ReaderReleased
    | common.DeadlinePassed
)

ALL: tuple[type[Kind], ...] = get_args(AnyKind)

__all__ = ["ALL", "Act", "AnyKind", "Kind"]
