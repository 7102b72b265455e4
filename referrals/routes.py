"""The route tables of referrals: every way in, with its permission, its messages and its use case."""

from referrals.desk import (
    destinations,
    facilities,
    followups,
    handover,
    inbound,
    offering,
    receiving,
    referring,
    suggesting,
    transport,
)
from referrals.desk.context import ReferralDesk
from referrals.messages import arrivals as a
from referrals.messages import referrals as r
from web.identity.permissions import Permission as P
from web.routes import Nothing, Route, Row, table_routes

# One row, one line: the table is read across. Every POST is a command and takes an Idempotency-Key.
# fmt: off
ARRIVALS: tuple[Row, ...] = (
    ("GET", "/facilities", P.REFERENCE_READ, Nothing, a.FacilityList, facilities.list_facilities, "All facilities with their capacity"),
    ("POST", "/facilities/{facility_id}/capacity", P.FACILITY_MANAGE, a.SetCapacity, a.FacilityView, facilities.set_capacity, "Say what a service can take"),
    ("GET", "/cases/{case_id}/destinations", P.CASE_READ, a.FindDestinations, a.Destinations, destinations.destinations, "Which facility"),
    ("GET", "/inbound", P.NOTICE_READ, a.ListInbound, a.NoticeList, inbound.list_inbound, "Who is coming"),
    ("GET", "/notices/{notice_id}", P.NOTICE_READ, a.NoticeId, a.NoticeView, inbound.get_notice, "One notice"),
    ("POST", "/notices/{notice_id}/acknowledge", P.NOTICE_ANSWER, a.AcknowledgeNotice, a.NoticeView, handover.acknowledge, "Acknowledge a notice"),
    ("POST", "/notices/{notice_id}/strain", P.NOTICE_ANSWER, a.ReportStrain, a.NoticeView, handover.report_strain, "Report strain"),
    ("POST", "/notices/{notice_id}/sign", P.HANDOVER_SIGN, a.SignHandover, a.NoticeView, handover.sign, "Sign the handover"),
)

REFERRALS: tuple[Row, ...] = (
    ("POST", "/referrals", P.REFERRAL_WRITE, r.NewReferral, r.ReferralView, referring.refer, "Refer a patient"),
    ("GET", "/referrals", P.REFERRAL_READ, r.ListReferrals, r.ReferralList, referring.list_referrals, "List referrals"),
    ("GET", "/referrals/candidates", P.REFERRAL_COORDINATE, r.SuggestCandidates, r.CandidateList, suggesting.candidates, "Who could take such a patient"),
    ("GET", "/referrals/{referral_id}", P.REFERRAL_READ, r.ByReferral, r.ReferralView, referring.get_referral, "One referral"),
    ("POST", "/referrals/{referral_id}/candidates", P.REFERRAL_COORDINATE, r.AddCandidates, r.ReferralView, referring.add_candidates, "Approve further facilities"),
    ("POST", "/referrals/{referral_id}/transport", P.REFERRAL_COORDINATE, r.ByReferral, r.ReferralView, transport.ask_again, "Ask for the vehicle again"),
    ("POST", "/referrals/{referral_id}/cancel", P.REFERRAL_WRITE, r.EndReferral, r.ReferralView, referring.cancel, "Call a referral off"),
    ("POST", "/referrals/{referral_id}/confirm-cancel", P.OFFER_ANSWER, r.ByReferral, r.ReferralView, receiving.confirm_cancel, "Agree to call it off"),
    ("POST", "/referrals/{referral_id}/keep", P.OFFER_ANSWER, r.ByReferral, r.ReferralView, followups.keep, "The planned visit stands"),
    ("POST", "/referrals/{referral_id}/arrived", P.OFFER_ANSWER, r.ByReferral, r.ReferralView, receiving.arrived, "The referred patient is there"),
    ("POST", "/referrals/{referral_id}/outcome", P.OFFER_ANSWER, r.SendOutcome, r.ReferralView, receiving.send_outcome, "Tell the outcome"),
    ("POST", "/referrals/{referral_id}/close", P.REFERRAL_COORDINATE, r.EndReferral, r.ReferralView, referring.end, "Close a referral"),
    ("POST", "/referrals/{referral_id}/visit", P.FOLLOWUP_WRITE, r.RecordVisit, r.ReferralView, followups.record_visit, "Record a follow-up visit"),
    ("GET", "/followups", P.REFERRAL_READ, r.ListFollowUps, r.FollowUpList, followups.list_follow_ups, "Visits due"),
    ("POST", "/offers/{offer_id}/acknowledge", P.OFFER_ANSWER, r.ByOffer, r.OfferView, offering.acknowledge, "An offer is in hand"),
    ("POST", "/offers/{offer_id}/ask", P.OFFER_ANSWER, r.AskOffer, r.OfferView, offering.ask, "Ask back"),
    ("POST", "/offers/{offer_id}/supply", P.REFERRAL_WRITE, r.SupplyOffer, r.OfferView, offering.supply, "Answer a question"),
    ("POST", "/offers/{offer_id}/accept", P.OFFER_ANSWER, r.AcceptOffer, r.OfferView, offering.accept, "Take the patient"),
    ("POST", "/offers/{offer_id}/decline", P.OFFER_ANSWER, r.DeclineOffer, r.OfferView, offering.decline, "Decline an offer"),
    ("POST", "/offers/{offer_id}/withdraw-acceptance", P.OFFER_ANSWER, r.GiveBackOffer, r.OfferView, offering.give_back, "Give an acceptance back"),
)
# fmt: on

TABLE: tuple[Row, ...] = (*ARRIVALS, *REFERRALS)


def referral_routes(desk: ReferralDesk) -> list[Route]:
    """All routes of referrals, with their use cases at this desk."""
    return table_routes(desk, TABLE)
