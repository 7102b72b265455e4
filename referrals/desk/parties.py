"""Who has which part in a referral: the referring facility, those who are asked, the centre, their offices."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, or_, select

from ledger import streams
from ledger.errors import Forbidden, Invalid, NotFound
from ledger.kinds.words import OrganisationKind, Role
from ledger.participants import Organisation, get_organisation, list_organisations
from ledger.tables import organisation, stream_reader
from referrals.referral import REFERRAL, ReferralState, Side, open_to
from referrals.tables import offer, referral
from referrals.tiers import FACILITIES
from web.caller import Caller

OFFICE = OrganisationKind.REFERRAL_OFFICE
CLINICS = frozenset({OrganisationKind.TOWNSHIP_CLINIC, OrganisationKind.VILLAGE_CLINIC})


def acts_for(connection: Connection, caller: Caller) -> tuple[UUID, ...]:
    """The organisations that the caller speaks for: its own, and for a referral office the hospital it belongs to."""
    if caller.organisation_kind is not OFFICE:
        return (caller.organisation_id,)
    parent = get_organisation(connection, caller.organisation_id).parent_id
    return (caller.organisation_id,) if parent is None else (caller.organisation_id, parent)


def own_facility(connection: Connection, caller: Caller) -> Organisation:
    """The facility whose patients the caller refers; Invalid when it is none."""
    for organisation_id in acts_for(connection, caller):
        found = get_organisation(connection, organisation_id)
        if found.kind in FACILITIES:
            return found
    raise Invalid("referral-needs-facility")


def hold_facility(connection: Connection, facility_id: UUID) -> None:
    """Referrals that a facility makes at the same time wait for each other: the same command finds what it made."""
    mine = select(organisation.c.id).where(organisation.c.id == facility_id)
    connection.execute(mine.with_for_update(key_share=True))


def facility_of(connection: Connection, facility_id: UUID) -> Organisation:
    """An active facility; Invalid when there is no such one."""
    try:
        found = get_organisation(connection, facility_id)
    except NotFound:
        raise Invalid("facility-not-found", field="candidates") from None
    if found.kind not in FACILITIES or not found.active:
        raise Invalid("facility-not-found", field="candidates")
    return found


def told_at(connection: Connection, facility: Organisation) -> tuple[UUID, Role]:
    """Who at a facility is told of an offer: its referral office where it has one, else its own desk."""
    office = connection.scalar(
        select(organisation.c.id)
        .where(
            organisation.c.parent_id == facility.id,
            organisation.c.kind == OFFICE.value,
            organisation.c.active,
        )
        .order_by(organisation.c.code)
        .limit(1)
    )
    if office is not None:
        return office, Role.REFERRAL_OFFICE
    return facility.id, Role.CLINIC_DOCTOR if facility.kind in CLINICS else Role.HOSPITAL_DESK


def region_centre(connection: Connection) -> UUID:
    """The centre that hears when nobody answers; Invalid in a region without one."""
    for found in list_organisations(connection):
        if found.active and found.kind is OrganisationKind.CENTRE:
            return found.id
    raise Invalid("referral-needs-centre")


def supervisor_of(connection: Connection, county: str) -> tuple[UUID | None, Role]:
    """Who looks after overdue visits: the county's referral office, another one, or the health bureau."""
    found = [o for o in list_organisations(connection) if o.active]
    for kind, role in ((OFFICE, Role.REFERRAL_OFFICE), (OrganisationKind.HEALTH_BUREAU, Role.BUREAU)):
        here = sorted((o for o in found if o.kind is kind), key=lambda o: (o.county != county, o.code))
        if here:
            return here[0].id, role
    return None, Role.REFERRAL_OFFICE


def reads(column: ColumnElement[UUID], mine: tuple[UUID, ...], caller: Caller) -> ColumnElement[bool]:
    """A condition: the case named in `column` may be read by one of those whom the caller speaks for."""
    readers = mine if caller.unit_id is None else (caller.unit_id,)
    return or_(*(streams.readable_by(column, reader) for reader in readers))


def has_in_care(connection: Connection, case_id: UUID, mine: tuple[UUID, ...], caller: Caller) -> bool:
    """Whether one of those whom the caller speaks for reads the case now and does not merely look on."""
    readers = mine if caller.unit_id is None else (caller.unit_id,)
    now = select(stream_reader.c.because).where(
        stream_reader.c.stream_id == case_id,
        stream_reader.c.reader_id.in_(readers),
        stream_reader.c.until_number.is_(None),
    )
    return any(because not in streams.LOOKS_ON for because in connection.scalars(now))


def has_part(mine: tuple[UUID, ...]) -> ColumnElement[bool]:
    """A condition on the referral: one of these refers, is or was asked, or is the centre."""
    asked = select(offer.c.id).where(
        offer.c.referral_id == referral.c.id,
        offer.c.facility_id.in_(mine) | offer.c.told_organisation_id.in_(mine),
    )
    return referral.c.from_facility_id.in_(mine) | referral.c.centre_id.in_(mine) | asked.exists()


def referral_row(connection: Connection, caller: Caller, referral_id: UUID, *, locked: bool = False) -> Any:  # noqa: ANN401
    """The referral, if the caller has a part in it and may read its case; NotFound otherwise."""
    mine = acts_for(connection, caller)
    query = select(referral).where(
        referral.c.id == referral_id, has_part(mine), reads(referral.c.case_id, mine, caller)
    )
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound("referral-not-found")
    if locked:
        streams.lock(connection, found.case_id)
        found = connection.execute(select(referral).where(referral.c.id == referral_id)).one()
    return found


def offer_row(connection: Connection, caller: Caller, offer_id: UUID, *, referring: bool = False) -> Any:  # noqa: ANN401
    """The offer, its case locked, if it is the caller's to act on: as who asks, or as who is asked.

    A facility that is out and reads the case no longer still learns that its answer came too late.
    """
    mine = acts_for(connection, caller)
    side = referral.c.from_facility_id.in_(mine) if referring else offer.c.facility_id.in_(mine)
    query = (
        select(offer).join(referral, referral.c.id == offer.c.referral_id).where(offer.c.id == offer_id, side)
    )
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound("offer-not-found")
    streams.lock(connection, found.case_id)
    return connection.execute(query).one()


def sides_of(connection: Connection, found: Any, mine: tuple[UUID, ...]) -> frozenset[Side]:  # noqa: ANN401
    """Which sides these organisations have in the referral."""
    held = connection.scalar(select(offer.c.facility_id).where(offer.c.id == found.accepted_offer_id))
    return sides_with(found, held, mine)


def sides_with(found: Any, held: UUID | None, mine: tuple[UUID, ...]) -> frozenset[Side]:  # noqa: ANN401
    """The same, where the facility that holds the bed is known already."""
    sides = {
        Side.REFERRING: found.from_facility_id in mine,
        Side.RECEIVING: held in mine,
        Side.CENTRE: found.centre_id in mine,
    }
    return frozenset(side for side, has in sides.items() if has)


def judge(connection: Connection, caller: Caller, found: Any, event: str) -> None:  # noqa: ANN401
    """Raises Conflict when the event is not open, Forbidden when it is not open to the caller's side or role."""
    state = ReferralState(found.state)
    REFERRAL.advance(state, event, caller.role)
    sides = sides_of(connection, found, acts_for(connection, caller))
    if not any(open_to(side, state, event) for side in sides):
        raise Forbidden("transition-not-yours", machine=REFERRAL.name, event=event, role=caller.role.value)


def circle(found: Any) -> tuple[UUID, ...]:  # noqa: ANN401
    """The referring side and the centre: for whom it is which others are asked."""
    return tuple(dict.fromkeys((found.from_facility_id, found.told_organisation_id, found.centre_id)))
