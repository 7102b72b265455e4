"""The route table of dispatch: every way in, with its permission, its messages and its use case."""

from functools import partial

from dispatch.atlas import Atlas
from dispatch.crew_socket import CrewLine, CrewRequest, ToCrew
from dispatch.desk import (
    alarms,
    calls,
    cases,
    closures,
    coverage,
    fleet,
    maps,
    places,
    presence,
    ranking,
    reference,
    reports,
    rings,
    roster,
    sending,
    shelves,
    stamps,
    tracking,
    urgency,
    waiting,
    way,
)
from dispatch.desk.context import Desk
from dispatch.messages import assignments as a
from dispatch.messages import fleet as f
from dispatch.messages import incidents as i
from dispatch.messages.alarms import (
    AlarmKind,
    AlarmList,
    AlarmName,
    AlarmView,
    ListAlarms,
    ShelfList,
    ShelveAlarms,
)
from dispatch.messages.coverage import CoverageView
from dispatch.messages.maps import MapView, TileName
from dispatch.messages.presence import PresenceList, SayPresence
from dispatch.messages.reports import ReportPeriod, ShiftReport
from dispatch.messages.rings import EndRing, NewRing, RingId, RingList, RingView
from web.identity.permissions import Permission as P
from web.live import Hub
from web.routes import API, Nothing, Route, Row, table_routes

# One row, one line: the table is read across. Every POST is a command and takes an Idempotency-Key.
# fmt: off
TABLE: tuple[Row, ...] = (
    ("POST", "/rings", P.RING_REPORT, NewRing, RingView, rings.report_ring, "It rings"),
    ("GET", "/rings", P.CALL_TAKE, Nothing, RingList, rings.list_rings, "What rings, and who was missed"),
    ("POST", "/rings/{ring_id}/answer", P.CALL_TAKE, RingId, RingView, rings.answer_ring, "Answer a ring"),
    ("POST", "/rings/{ring_id}/end", P.CALL_TAKE, EndRing, RingView, rings.end_ring, "Somebody hung up"),
    ("POST", "/calls", P.CALL_TAKE, i.NewCall, i.CallAnswer, calls.take_call, "Take a call"),
    ("POST", "/calls/{call_id}/link", P.INCIDENT_WORK, i.LinkCall, i.IncidentView, calls.link_call, "Link a call to another incident"),
    ("POST", "/calls/{call_id}/unlink", P.INCIDENT_WORK, i.CallId, i.IncidentView, calls.unlink_call, "Undo a link"),
    ("GET", "/incidents", P.INCIDENT_READ, i.ListIncidents, i.IncidentList, waiting.list_incidents, "List incidents"),
    ("GET", "/incidents/{incident_id}", P.INCIDENT_READ, i.IncidentId, i.IncidentView, waiting.get_incident, "One incident"),
    ("GET", "/incidents/{stream_id}/entries", P.INCIDENT_READ, i.ReadEntries, i.EntryList, waiting.read_incident_entries, "An incident's timeline"),
    ("GET", "/incidents/{incident_id}/twins", P.INCIDENT_READ, i.IncidentId, i.TwinList, waiting.list_twins, "Open incidents that may be the same"),
    ("POST", "/incidents/{incident_id}/evidence", P.INCIDENT_WORK, i.AddEvidence, i.IncidentView, places.add_evidence, "Add location evidence"),
    ("POST", "/incidents/{incident_id}/place", P.INCIDENT_WORK, i.CorrectPlace, i.IncidentView, places.correct_place, "Correct the place"),
    ("GET", "/incidents/{incident_id}/questions", P.INCIDENT_READ, i.AskQuestions, i.TriageView, urgency.ask_questions, "What to ask next"),
    ("POST", "/incidents/{incident_id}/answers", P.INCIDENT_WORK, i.AnswerQuestions, i.TriageView, urgency.answer_questions, "Answer questions"),
    ("POST", "/incidents/{incident_id}/priority", P.INCIDENT_WORK, i.SetPriority, i.IncidentView, urgency.set_priority, "Set the priority by hand"),
    ("GET", "/incidents/{incident_id}/candidates", P.UNIT_SEND, i.IncidentId, i.CandidatesView, ranking.candidates, "Rank the units"),
    ("POST", "/incidents/{incident_id}/assignments", P.UNIT_SEND, a.SendUnits, a.SendAnswer, sending.send_units, "Send units"),
    ("POST", "/incidents/{incident_id}/hold", P.INCIDENT_WORK, i.HoldIncident, i.IncidentView, waiting.hold, "Let it wait"),
    ("POST", "/incidents/{incident_id}/resume", P.INCIDENT_WORK, i.ResumeIncident, i.IncidentView, waiting.resume, "End the wait"),
    ("POST", "/incidents/{incident_id}/close", P.INCIDENT_WORK, i.CloseIncident, i.IncidentView, waiting.close, "Close without dispatch"),
    ("GET", "/incidents/{incident_id}/etas", P.INCIDENT_READ, i.IncidentId, a.EtaList, way.etas, "When its units will be there"),
    ("POST", "/assignments/{assignment_id}/dispatch", P.UNIT_SEND, a.AssignmentId, a.AssignmentView, sending.call_reservation, "Call a reserved unit"),
    ("POST", "/assignments/{assignment_id}/cancel", P.UNIT_SEND, a.EndOrder, a.AssignmentView, sending.end_order, "Call an order off"),
    ("POST", "/assignments/{assignment_id}/take-back", P.UNIT_SEND, a.AssignmentId, a.AssignmentView, sending.take_back, "Take an order back"),
    ("POST", "/assignments/{assignment_id}/heard", P.ORDER_ANSWER, a.AssignmentId, a.AssignmentView, sending.order_heard, "The station heard it"),
    ("POST", "/assignments/{assignment_id}/cannot-go", P.ORDER_ANSWER, a.CannotGo, a.AssignmentView, sending.cannot_go, "The unit cannot go"),
    ("POST", "/assignments/{assignment_id}/stamps", P.ASSIGNMENT_REPORT, a.ReportStamps, a.StampAnswer, stamps.report_stamps, "Report time points"),
    ("POST", "/assignments/{assignment_id}/change-seen", P.ASSIGNMENT_REPORT, a.ChangeSeen, a.AssignmentView, stamps.change_seen, "The crew saw a change"),
    ("GET", "/assignments/{assignment_id}/route", P.INCIDENT_READ, a.AssignmentId, a.RouteView, way.route, "The way to the place"),
    ("POST", "/assignments/{assignment_id}/patients", P.CASE_WRITE, a.OpenCase, a.CaseView, cases.open_case, "Open a patient's case"),
    ("GET", "/cases", P.CASE_READ, a.ListCases, a.CaseList, cases.list_cases, "List cases"),
    ("GET", "/cases/{case_id}", P.CASE_READ, a.CaseId, a.CaseView, cases.get_case, "One case"),
    ("GET", "/cases/{stream_id}/entries", P.CASE_READ, i.ReadEntries, i.EntryList, cases.read_case_entries, "A case's entries"),
    ("POST", "/cases/{case_id}/patient", P.CASE_ADD, a.DescribePatient, a.CaseView, cases.describe_patient, "Describe the patient"),
    ("POST", "/cases/{case_id}/vitals", P.CASE_ADD, a.TakeVitals, a.CaseView, cases.take_vitals, "Record vital signs"),
    ("POST", "/cases/{case_id}/destination", P.CASE_WRITE, a.ChooseDestination, a.CaseView, cases.choose_destination, "Choose where to bring the patient"),
    ("POST", "/cases/{case_id}/end", P.CASE_WRITE, a.EndCase, a.CaseView, cases.end_case, "End a case before any hospital"),
    ("GET", "/units", P.UNIT_READ, f.ListUnits, f.UnitList, fleet.list_units, "List units"),
    ("GET", "/units/{unit_id}", P.UNIT_READ, f.UnitId, f.UnitView, fleet.get_unit, "One unit"),
    ("POST", "/units/{unit_id}/duty", P.UNIT_MANAGE, f.SetDuty, f.UnitView, fleet.set_duty, "Set a unit's duty"),
    ("POST", "/units/{unit_id}/pause", P.UNIT_MANAGE, f.PauseUnit, f.UnitView, fleet.pause_unit, "Hold a unit back"),
    ("POST", "/units/{unit_id}/resume", P.UNIT_MANAGE, f.UnitId, f.UnitView, fleet.resume_unit, "End a manual hold"),
    ("POST", "/units/{unit_id}/crew", P.UNIT_MANAGE, f.SetCrew, f.UnitView, fleet.set_crew, "Set who is aboard"),
    ("POST", "/units/{unit_id}/positions", P.POSITION_REPORT, f.ReportPositions, f.PositionsTaken, tracking.report_positions, "Report positions"),
    ("GET", "/closures", P.CLOSURE_READ, f.ListClosures, f.ClosureList, closures.list_closures, "List closures"),
    ("POST", "/closures", P.CLOSURE_WRITE, f.CloseRoads, f.ClosureView, closures.close_roads, "Close roads"),
    ("GET", "/closures/{closure_id}", P.CLOSURE_READ, f.ClosureId, f.ClosureView, closures.get_closure, "One closure"),
    ("POST", "/closures/{closure_id}/end", P.CLOSURE_WRITE, f.ClosureId, f.ClosureView, closures.open_roads, "Open roads again"),
    ("GET", "/organisations", P.REFERENCE_READ, Nothing, f.OrganisationList, reference.organisations, "All organisations"),
    ("GET", "/stations", P.REFERENCE_READ, Nothing, f.StationList, reference.stations, "All stations"),
    ("GET", "/stations/{station_id}/staff", P.UNIT_MANAGE, f.StationId, f.StaffList, roster.station_staff, "Whom a station may name as crew"),
    ("GET", "/areas", P.REFERENCE_READ, Nothing, f.AreaList, reference.areas, "All service areas"),
    ("GET", "/alarms", P.ALARM_READ, ListAlarms, AlarmList, alarms.list_alarms, "What is overdue now"),
    ("POST", "/alarms/{kind}/{subject_id}/acknowledge", P.ALARM_READ, AlarmName, AlarmView, alarms.acknowledge_alarm, "Deal with an alarm"),
    ("POST", "/alarms/{kind}/shelve", P.ALARM_READ, ShelveAlarms, ShelfList, shelves.shelve_alarms, "Set a kind of alarm aside for some minutes"),
    ("POST", "/alarms/{kind}/unshelve", P.ALARM_READ, AlarmKind, ShelfList, shelves.unshelve_alarms, "Hear it again"),
    ("GET", "/presence", P.INCIDENT_WORK, Nothing, PresenceList, presence.list_presence, "Who looks at what"),
    ("GET", "/coverage", P.REPORT_READ, Nothing, CoverageView, coverage.coverage, "What the free units cover"),
    ("GET", "/reports/shift", P.REPORT_READ, ReportPeriod, ShiftReport, reports.shift_report, "The shift report"),
    ("GET", "/protocols", P.REFERENCE_READ, Nothing, f.ProtocolsView, reference.protocols, "The question protocols"),
)
# fmt: on


def dispatch_routes(desk: Desk, hub: Hub) -> list[Route]:
    """All routes of dispatch, with their use cases at this desk."""
    line = Route(
        kind="socket",
        method="GET",
        path=f"{API}/crew/socket",
        permission=P.CREW_SOCKET,
        request=CrewRequest,
        response=ToCrew,
        handler=CrewLine(desk, hub).serve,
        summary="The crew's live line",
        tag="crew",
    )
    # Said every few seconds and kept nowhere: to say it twice does no harm, so it takes no Idempotency-Key.
    here = Route(
        kind="call",
        method="POST",
        path=f"{API}/presence",
        permission=P.INCIDENT_WORK,
        request=SayPresence,
        response=PresenceList,
        handler=partial(presence.say_presence, desk),
        summary="Say what this seat looks at",
        tag="presence",
    )
    table = Route(
        kind="bytes",
        method="GET",
        path=f"{API}/reports/shift.csv",
        permission=P.REPORT_READ,
        request=ReportPeriod,
        response=reports.CSV_TYPE,
        handler=partial(reports.shift_report_csv, desk),
        summary="The shift report as a table",
        tag="reports",
    )
    return [*table_routes(desk, TABLE), here, table, line]


def map_routes(desk: Desk, atlas: Atlas) -> list[Route]:
    """The map: what it is, its tiles, and its major roads alone."""
    # fmt: off
    return [
        Route(
            "call", "GET", f"{API}/map", P.REFERENCE_READ, Nothing, MapView, partial(maps.describe_map, desk, atlas),
            "What pages need to draw the map", tag="map",
        ),
        Route(
            "bytes", "GET", f"{API}/map/tiles/{{version}}/{{z}}/{{x}}/{{y}}", P.REFERENCE_READ, TileName,
            maps.TILE_TYPE, partial(maps.tile, atlas), "One vector tile, gzipped", tag="map",
        ),
        Route(
            "bytes", "GET", f"{API}/map/roads", P.REFERENCE_READ, Nothing,
            maps.GEOJSON_TYPE, partial(maps.major_roads, atlas), "The major roads as GeoJSON, gzipped", tag="map",
        ),
    ]
    # fmt: on
