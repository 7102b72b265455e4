"""What may be done, and which role may do it. A route names one permission; there is no other gate to a route."""

from enum import StrEnum

from ledger.kinds.words import Role


class Permission(StrEnum):
    """One thing that a route lets somebody do."""

    ACCOUNT = "account"
    ALARM_READ = "alarm.read"
    CALL_TAKE = "call.take"
    INCIDENT_READ = "incident.read"
    INCIDENT_WORK = "incident.work"
    UNIT_SEND = "unit.send"
    ORDER_ANSWER = "order.answer"
    ASSIGNMENT_REPORT = "assignment.report"
    CASE_READ = "case.read"
    CASE_WRITE = "case.write"
    CASE_ADD = "case.add"
    UNIT_READ = "unit.read"
    UNIT_MANAGE = "unit.manage"
    POSITION_REPORT = "position.report"
    CLOSURE_READ = "closure.read"
    CLOSURE_WRITE = "closure.write"
    REFERENCE_READ = "reference.read"
    LIVE = "live"
    CREW_SOCKET = "crew.socket"
    RING_REPORT = "ring.report"
    REPORT_READ = "report.read"
    NOTICE_READ = "notice.read"
    NOTICE_ANSWER = "notice.answer"
    HANDOVER_SIGN = "handover.sign"
    FACILITY_MANAGE = "facility.manage"
    REFERRAL_READ = "referral.read"
    REFERRAL_WRITE = "referral.write"
    REFERRAL_COORDINATE = "referral.coordinate"
    OFFER_ANSWER = "offer.answer"
    FOLLOWUP_WRITE = "followup.write"
    WEBHOOK_MANAGE = "webhook.manage"


P = Permission

_EVERYBODY = frozenset({P.ACCOUNT, P.REFERENCE_READ, P.LIVE})
_DESK = frozenset(
    {
        P.ALARM_READ,
        P.CALL_TAKE,
        P.INCIDENT_READ,
        P.INCIDENT_WORK,
        P.UNIT_SEND,
        P.ORDER_ANSWER,
        P.ASSIGNMENT_REPORT,
        P.CASE_READ,
        P.CASE_WRITE,
        P.CASE_ADD,
        P.UNIT_READ,
        P.UNIT_MANAGE,
        P.CLOSURE_READ,
        P.CLOSURE_WRITE,
        P.NOTICE_READ,
        P.NOTICE_ANSWER,
        P.REFERRAL_READ,
        P.REFERRAL_COORDINATE,
        P.REPORT_READ,
    }
)
_RECEIVING = frozenset(
    {
        P.ALARM_READ,
        P.CASE_READ,
        P.CASE_ADD,
        P.CLOSURE_READ,
        P.NOTICE_READ,
        P.NOTICE_ANSWER,
        P.HANDOVER_SIGN,
        P.FACILITY_MANAGE,
        P.REFERRAL_READ,
        P.REFERRAL_WRITE,
        P.REFERRAL_COORDINATE,
        P.OFFER_ANSWER,
        P.FOLLOWUP_WRITE,
        P.WEBHOOK_MANAGE,
    }
)
"""A hospital, a clinic, a referral office: what it may do is limited by what its own organisation may see."""

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.DISPATCHER: _EVERYBODY | _DESK,
    Role.SHIFT_LEADER: _EVERYBODY | _DESK,
    Role.STATION: _EVERYBODY
    | {
        P.ALARM_READ,
        P.INCIDENT_READ,
        P.ORDER_ANSWER,
        P.UNIT_READ,
        P.UNIT_MANAGE,
        P.CLOSURE_READ,
        P.CASE_READ,
    },
    Role.CREW: _EVERYBODY
    | {
        P.ALARM_READ,
        P.INCIDENT_READ,
        P.ASSIGNMENT_REPORT,
        P.CASE_READ,
        P.CASE_WRITE,
        P.CASE_ADD,
        P.UNIT_READ,
        P.POSITION_REPORT,
        P.CLOSURE_READ,
        P.CREW_SOCKET,
        P.NOTICE_READ,
        P.HANDOVER_SIGN,
    },
    Role.HOSPITAL_DESK: _EVERYBODY | _RECEIVING,
    Role.CLINIC_DOCTOR: _EVERYBODY | _RECEIVING,
    Role.REFERRAL_OFFICE: _EVERYBODY | _RECEIVING,
    Role.QUALITY: _EVERYBODY
    | {
        P.ALARM_READ,
        P.INCIDENT_READ,
        P.CASE_READ,
        P.UNIT_READ,
        P.CLOSURE_READ,
        P.NOTICE_READ,
        P.REFERRAL_READ,
        P.REPORT_READ,
    },
    Role.BUREAU: _EVERYBODY | {P.ALARM_READ, P.CLOSURE_READ, P.CASE_READ, P.REFERRAL_READ},
    Role.INTEGRATION: _EVERYBODY
    | {
        P.ALARM_READ,
        P.CALL_TAKE,
        P.RING_REPORT,
        P.INCIDENT_READ,
        P.CASE_READ,
        P.POSITION_REPORT,
        P.UNIT_READ,
        P.NOTICE_READ,
        P.NOTICE_ANSWER,
        P.HANDOVER_SIGN,
        P.FACILITY_MANAGE,
        P.REFERRAL_READ,
        P.OFFER_ANSWER,
        P.WEBHOOK_MANAGE,
    },
    Role.ADMINISTRATOR: _EVERYBODY | {P.UNIT_READ, P.UNIT_MANAGE, P.CLOSURE_READ, P.WEBHOOK_MANAGE},
    Role.SYSTEM: frozenset(),
}
