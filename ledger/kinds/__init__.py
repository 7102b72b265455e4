"""Every entry kind: all that can be said about an incident or a case, and by which room."""

from typing import get_args

from ledger.kinds import assignment, case, common, incident, notice, referral
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
    | assignment.RouteChanged
    | assignment.RoadLost
    | case.CaseOpened
    | case.PatientDescribed
    | case.VitalsTaken
    | case.DestinationChosen
    | case.CaseEnded
    | case.CaseJoined
    | notice.NoticeSent
    | notice.NoticeAcknowledged
    | notice.StrainReported
    | notice.NoticeWithdrawn
    | notice.PatientArrived
    | notice.ArrivalWithdrawn
    | notice.HandoverSigned
    | notice.PatientHandedOver
    | referral.FacilityOpenedCase
    | referral.ReferralRequested
    | referral.ReferralUnplaced
    | referral.CandidatesAdded
    | referral.TransportRequested
    | referral.ReferralArrived
    | referral.OutcomeSent
    | referral.RunFailed
    | referral.CancelRequested
    | referral.ReferralCancelled
    | referral.ReferralClosed
    | referral.OfferMade
    | referral.OfferAcknowledged
    | referral.InformationAsked
    | referral.InformationSupplied
    | referral.OfferAccepted
    | referral.HoldExtended
    | referral.OfferDeclined
    | referral.OfferExpired
    | referral.OfferWithdrawn
    | referral.AcceptanceWithdrawn
    | referral.FollowUpPlanned
    | referral.FollowUpVisited
    | referral.CaseClosed
    | common.ReaderAdmitted
    | common.ReaderReleased
    | common.DeadlinePassed
)

ALL: tuple[type[Kind], ...] = get_args(AnyKind)

__all__ = ["ALL", "Act", "AnyKind", "Kind"]
