"""The closed vocabularies that entries, messages and tables share."""

from enum import StrEnum


class Priority(StrEnum):
    """How urgent an incident is (病情分级): P1 life at risk now … P4 no ambulance care expected."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class UnitKind(StrEnum):
    """The three kinds of ambulance a Chinese prefecture runs (监护型, 普通型, 负压型)."""

    ALS = "als"
    BLS = "bls"
    NEGATIVE_PRESSURE = "negative-pressure"


class Capability(StrEnum):
    """What a unit brings besides wheels; kind, equipment and crew together give it."""

    BASIC = "basic"
    MONITOR = "monitor"
    DEFIBRILLATOR = "defibrillator"
    VENTILATOR = "ventilator"
    DOCTOR = "doctor"
    OBSTETRIC = "obstetric"
    NEONATAL = "neonatal"
    TRAUMA = "trauma"
    ISOLATION = "isolation"
    BARIATRIC = "bariatric"


class CrewRole(StrEnum):
    """Who must be aboard for a crew to be complete."""

    DRIVER = "driver"
    DOCTOR = "doctor"
    NURSE = "nurse"


class CallSource(StrEnum):
    """Where a contact came from (联动来源)."""

    PHONE_120 = "120"
    POLICE_110 = "110"
    FIRE_119 = "119"
    TRAFFIC_122 = "122"
    ALARM = "alarm"
    TEXT = "text"
    TRANSFER = "transfer"


class Sex(StrEnum):
    """HL7 administrative gender codes."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNKNOWN = "unknown"


class OrganisationKind(StrEnum):
    """Every kind of organisation that takes part (product.md)."""

    CENTRE = "centre"
    STATION_OPERATOR = "station-operator"
    CITY_HOSPITAL = "city-hospital"
    COUNTY_HOSPITAL = "county-hospital"
    TOWNSHIP_CLINIC = "township-clinic"
    VILLAGE_CLINIC = "village-clinic"
    REFERRAL_OFFICE = "referral-office"
    HEALTH_BUREAU = "health-bureau"
    NEIGHBOUR_CENTRE = "neighbour-centre"
    PARTNER = "partner"


class CentreForm(StrEnum):
    """How a 120 centre is organised: 独立型 owns its units, 指挥型 commands hospitals' units, 依托型 sits in one."""

    INDEPENDENT = "independent"
    COMMANDING = "commanding"
    HOSTED = "hosted"


class StreamKind(StrEnum):
    """The two kinds of stream: an incident (one place and time of need), a case (one patient's journey)."""

    INCIDENT = "incident"
    CASE = "case"


class Source(StrEnum):
    """By which way a fact reached the ledger (记录方式)."""

    VEHICLE_KEY = "vehicle-key"
    DESK_KEY = "desk-key"
    APP = "app"
    GEOFENCE = "geofence"
    EXCHANGE = "exchange"
    IMPORT = "import"
    PAPER = "paper"
    SYSTEM = "system"


class Role(StrEnum):
    """What a person or a machine may be for an organisation; `system` is the service itself."""

    DISPATCHER = "dispatcher"
    SHIFT_LEADER = "shift-leader"
    STATION = "station"
    CREW = "crew"
    HOSPITAL_DESK = "hospital-desk"
    CLINIC_DOCTOR = "clinic-doctor"
    REFERRAL_OFFICE = "referral-office"
    QUALITY = "quality"
    BUREAU = "bureau"
    INTEGRATION = "integration"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Direction(StrEnum):
    """Which way a referral goes: up (上转), down (下转), across (横向转诊)."""

    UP = "up"
    DOWN = "down"
    ACROSS = "across"


class Urgency(StrEnum):
    """How soon a referral needs its answer."""

    STAT = "stat"
    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"
