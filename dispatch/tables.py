"""The tables of dispatch: what it refers to, what the ledger projects, what may be lost."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)

from geo.estimate import LocationEstimate
from geo.evidence import Evidence
from ledger import tables as _ledger
from ledger.kinds.case import Patient
from ledger.kinds.incident import AreaFound
from ledger.storage.metadata import table
from ledger.storage.spatial import shape_column
from ledger.storage.types import Instant, Json

_ = _ledger  # the foreign keys below need its tables to be declared first

station = table(
    "station",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(160), nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisation.id"), nullable=False),
    Column("place", shape_column("POINT"), nullable=False),
    Column("turnout_day_s", Integer, nullable=False),
    Column("turnout_night_s", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
)

unit = table(
    "unit",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("call_sign", String(40), nullable=False, unique=True),
    Column("station_id", Uuid, ForeignKey("station.id"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("capabilities", Json(tuple[str, ...]), nullable=False),
    Column("plate", String(20), nullable=False),
    Column("duty", String(16), nullable=False),
    Column("duty_reason", String(200), nullable=False),
    Column("duty_until", Instant),
    Column("hold_reason", String(400)),
    Column("hold_until", Instant),
    Column("version", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
)

unit_change = table(
    "unit_change",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("unit_id", Uuid, ForeignKey("unit.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("actor_id", Uuid),
    Column("what", String(16), nullable=False),
    Column("value", Json(), nullable=False),
)

staff = table(
    "staff",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisation.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("telephone", String(40), nullable=False),
    Column("unit_id", Uuid, ForeignKey("unit.id"), index=True),
)

area = table(
    "area",
    "reference",
    Column("code", String(40), primary_key=True),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(160), nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisation.id"), nullable=False),
    Column("shape", shape_column("GEOMETRY"), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)

closure = table(
    "closure",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("form", String(8), nullable=False),
    Column("shape", shape_column("GEOMETRY")),
    Column("road", String(120), nullable=False),
    Column("radius_m", Float),
    Column("reason", String(400), nullable=False),
    Column("until", Instant),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", Uuid, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", Uuid),
    Column("arcs", Integer, nullable=False),
)

ring = table(
    "ring",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("centre_id", Uuid, ForeignKey("organisation.id"), nullable=False),
    Column("organisation_id", Uuid, ForeignKey("organisation.id"), nullable=False),
    Column("exchange_id", String(80)),
    Column("state", String(8), nullable=False),
    Column("source", String(8), nullable=False),
    Column("callback", String(40), nullable=False),
    Column("language", String(16), nullable=False),
    Column("heard", Text, nullable=False),
    Column("evidence", Json(tuple[Evidence, ...]), nullable=False),
    Column("rang_at", Instant, nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", Uuid),
    Column("answered_name", String(80), nullable=False),
    Column("answered_seat", String(40), nullable=False),
    Column("ended_at", Instant),
    Column("done_at", Instant),
    Column("done_by", Uuid),
    Column("end_code", String(40)),
    Column("call_id", Uuid, unique=True),
    Column("incident_id", Uuid),
    UniqueConstraint("organisation_id", "exchange_id"),  # an exchange that reports again means the same ring
    Index("ix_ring_centre_id_rang_at", "centre_id", "rang_at"),
)

alarm_ack = table(
    "alarm_ack",
    "reference",
    Column("kind", String(40), primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("due_at", Instant, primary_key=True),
    Column("actor_id", Uuid),
    Column("name", String(80), nullable=False),
    Column("seat", String(40), nullable=False),
    Column("at", Instant, nullable=False),
)

alarm_shelf = table(
    "alarm_shelf",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("organisation_id", Uuid, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("actor_id", Uuid, nullable=False),
    Column("name", String(80), nullable=False),
    Column("seat", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_alarm_shelf_organisation_id_until", "organisation_id", "until"),
)

position = table(
    "position",
    "volatile",
    Column("unit_id", Uuid, ForeignKey("unit.id"), primary_key=True),
    Column("place", shape_column("POINT"), nullable=False),
    Column("fixed_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("moved_at", Instant, nullable=False),
    Column("speed_kmh", Float),
    Column("heading_deg", Float),
    Column("accuracy_m", Float),
    Column("source", String(16), nullable=False),
)

incident = table(
    "incident",
    "projection",
    Column("id", Uuid, ForeignKey("stream.id"), primary_key=True),
    Column("code", String(8), nullable=False, unique=True),
    Column("centre_id", Uuid, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("state", String(8), nullable=False),
    Column("priority", String(2), nullable=False),
    Column("priority_known", Boolean, nullable=False),
    Column("priority_by_hand", Boolean, nullable=False),
    Column("advised_priority", String(2)),
    Column("capabilities", Json(tuple[str, ...]), nullable=False),
    Column("protocol", String(40), nullable=False),
    Column("complaint", Text, nullable=False),
    Column("answers", Json(dict[str, str | int | float]), nullable=False),
    Column("patients", Integer),
    Column("address", Text, nullable=False),
    Column("place", shape_column("POINT")),
    Column("estimate", Json(LocationEstimate)),
    Column("radius95_m", Float),
    Column("area", Json(AreaFound)),
    Column("located_entry_id", Uuid),
    Column("first_sent_at", Instant),
    Column("held_reason", String(80)),
    Column("held_by", Uuid),
    Column("remind_at", Instant),
    Column("close_code", String(40)),
    Column("closed_at", Instant),
    # The number of the entry that last said each: what somebody saw who changes it.
    Column("place_version", Integer, nullable=False, server_default="1"),
    Column("priority_version", Integer, nullable=False, server_default="1"),
    Column("state_version", Integer, nullable=False, server_default="1"),
    Column("version", Integer, nullable=False),
    Index("ix_incident_state_opened_at", "state", "opened_at"),
)

call = table(
    "call",
    "projection",
    Column("id", Uuid, primary_key=True),
    Column("incident_id", Uuid, ForeignKey("incident.id"), nullable=False, index=True),
    Column("origin_incident_id", Uuid, ForeignKey("incident.id"), nullable=False),
    Column("source", String(8), nullable=False),
    Column("callback", String(40), nullable=False, index=True),
    Column("taken_at", Instant, nullable=False),
    Column("entry_id", Uuid, nullable=False),
)

assignment = table(
    "assignment",
    "projection",
    Column("id", Uuid, primary_key=True),
    Column("incident_id", Uuid, ForeignKey("incident.id"), nullable=False, index=True),
    Column("unit_id", Uuid, nullable=False, index=True),
    Column("busy_unit_id", Uuid, unique=True),  # a unit is busy with one assignment at most
    Column("call_sign", String(40), nullable=False),
    Column("station_id", Uuid, nullable=False),
    Column("organisation_id", Uuid, nullable=False),
    Column("state", String(4), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("reserved_for", Instant),
    Column("station_heard_at", Instant),
    Column("crew_heard_at", Instant),
    Column("released_at", Instant),
    Column("end_code", String(24), nullable=False),
    Column("end_reason", Text, nullable=False),
    Column("change_entry_id", Uuid),
    Column("version", Integer, nullable=False),
)

stamp = table(
    "stamp",
    "projection",
    Column("id", Uuid, primary_key=True),
    Column("assignment_id", Uuid, ForeignKey("assignment.id"), nullable=False),
    Column("event", String(24), nullable=False),
    Column("valid_event", String(24)),  # NULL once superseded or taken back
    Column("command_id", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("source", String(16), nullable=False),
    Column("actor_id", Uuid),
    Column("late", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("assignment_id", "command_id"),
    UniqueConstraint("assignment_id", "valid_event"),
)

case_file = table(
    "case_file",
    "projection",
    Column("id", Uuid, ForeignKey("stream.id"), primary_key=True),
    Column("incident_id", Uuid, index=True),
    Column("assignment_id", Uuid, index=True),
    Column("patient", Json(Patient), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("destination_id", Uuid),
    Column("end_code", String(40)),
    Column("ended_at", Instant),
    Column("version", Integer, nullable=False),
)

vitals = table(
    "vitals",
    "projection",
    Column("entry_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("case_file.id"), nullable=False),
    Column("command_id", String(80), nullable=False),
    Column("measured_at", Instant, nullable=False),
    UniqueConstraint("case_id", "command_id"),
)
