"""Projectors of one offer: a facility is asked and answers, or is silent. A constraint lets one acceptance win."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger import deadlines, streams
from ledger.book import Entry, Projector
from ledger.errors import Conflict
from ledger.kinds import referral as kinds
from ledger.kinds.base import Instant, Kind
from ledger.kinds.words import Role
from referrals.offers import (
    ACCEPT,
    ACKNOWLEDGE,
    ASK,
    DECLINE,
    EXPIRE,
    EXTEND,
    GIVE_BACK,
    OFFER,
    SUPPLY,
    WITHDRAW,
    OfferState,
)
from referrals.projections import referrals
from referrals.projections.journeys import said
from referrals.projections.referrals import HOLD, HOLD_REFERRER, HOLDS
from referrals.projections.telling import expect
from referrals.referral import ACCEPT as TAKE
from referrals.referral import LOSE
from referrals.tables import offer, referral

OFFERED, TAKES = streams.ONLY_ASKED, "takes"
"""Why a facility that was asked may read the case: to judge whether it can take the patient; because it does."""

FROM_THE_BEGINNING = 1

ACK, SILENT, ANSWER = "offer-ack", "offer-silent", "offer-answer"
SILENCE = (ACK, SILENT)
ANSWERS = (*SILENCE, ANSWER)


def row(connection: Connection, offer_id: UUID) -> Any:  # noqa: ANN401
    """The offer with what its referral says of those who are told."""
    query = select(
        offer,
        referral.c.centre_id,
        referral.c.from_facility_id,
        referral.c.told_organisation_id.label("asker_id"),
        referral.c.told_role.label("asker_role"),
    ).join(referral, referral.c.id == offer.c.referral_id)
    return connection.execute(query.where(offer.c.id == offer_id)).one()


def audience(found: Any) -> tuple[UUID, ...]:  # noqa: ANN401
    """For whom what is said about one offer is: who asks, who is asked, the centre. Nobody else who is asked."""
    who = (
        found.from_facility_id,
        found.asker_id,
        found.centre_id,
        found.facility_id,
        found.told_organisation_id,
    )
    return tuple(dict.fromkeys(who))


def write(connection: Connection, offer_id: UUID, **values: Any) -> None:  # noqa: ANN401
    """Write columns of an offer and count its version up."""
    connection.execute(
        update(offer).where(offer.c.id == offer_id).values(version=offer.c.version + 1, **values)
    )


def move(connection: Connection, entry: Entry, event: str, offer_id: UUID, **values: Any) -> Any:  # noqa: ANN401
    """Advance an offer by an event of its table; raises Conflict or Forbidden when it is not open."""
    found = row(connection, offer_id)
    state = OFFER.advance(OfferState(found.state), event, entry.act.role)
    write(connection, offer_id, state=state.value, **values)
    referrals.write(connection, found.referral_id)
    return found


def _made(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.OfferMade)
    connection.execute(
        insert(offer).values(
            id=fact.offer_id,
            referral_id=fact.referral_id,
            case_id=entry.stream_id,
            facility_id=fact.facility_id,
            told_organisation_id=fact.told_organisation_id,
            told_role=fact.told_role.value,
            state=OFFER.initial.value,
            made_at=entry.act.recorded_at,
            acknowledge_by=fact.acknowledge_by,
            answer_by=fact.answer_by,
            question="",
            answer="",
            code="",
            remarks="",
            advice="",
            department="",
            bed="",
            contact="",
            version=1,
        )
    )
    referrals.write(connection, fact.referral_id, asked=referral.c.asked + 1)
    for reader in {fact.facility_id, fact.told_organisation_id}:
        streams.admit(connection, entry.stream_id, reader, FROM_THE_BEGINNING, OFFERED)
    found = row(connection, fact.offer_id)
    _to_facility(connection, found, ACK, fact.acknowledge_by)
    expect(connection, found, SILENT, fact.acknowledge_by, found.centre_id, Role.DISPATCHER, audience(found))
    _to_asker(connection, found, ANSWER, fact.answer_by)


def _acknowledged(connection: Connection, entry: Entry) -> None:
    fact, at = said(entry, kinds.OfferAcknowledged), entry.act.recorded_at
    move(connection, entry, ACKNOWLEDGE, fact.offer_id, acknowledged_at=at)
    deadlines.settle(connection, SILENCE, fact.offer_id, at)


def _asked(connection: Connection, entry: Entry) -> None:
    """Who asks has heard; the time to answer runs on."""
    fact, at = said(entry, kinds.InformationAsked), entry.act.recorded_at
    known = row(connection, fact.offer_id).acknowledged_at
    move(connection, entry, ASK, fact.offer_id, question=fact.question, acknowledged_at=known or at)
    deadlines.settle(connection, SILENCE, fact.offer_id, at)


def _supplied(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.InformationSupplied)
    found = move(connection, entry, SUPPLY, fact.offer_id, answer=fact.answer, answer_by=fact.answer_by)
    _to_asker(connection, found, ANSWER, fact.answer_by)


def _accepted(connection: Connection, entry: Entry) -> None:
    """The first acceptance holds the bed."""
    fact, at = said(entry, kinds.OfferAccepted), entry.act.recorded_at
    _only_one(connection, fact)
    values = {
        "department": fact.department,
        "bed": fact.bed,
        "contact": fact.contact,
        "remarks": fact.remarks,
        "hold_until": fact.hold_until,
        "held_referral_id": fact.referral_id,
    }
    try:
        with connection.begin_nested():
            found = move(connection, entry, ACCEPT, fact.offer_id, **values)
    except IntegrityError:
        raise Conflict("offer-lost") from None
    referrals.move(connection, entry, TAKE, fact.referral_id, accepted_offer_id=fact.offer_id)
    _change_part(connection, found, OFFERED, TAKES)
    deadlines.settle(connection, ANSWERS, fact.offer_id, at)
    _hold(connection, found, fact.hold_until)


def _change_part(connection: Connection, found: Any, before: str, because: str) -> None:  # noqa: ANN401
    for reader in {found.facility_id, found.told_organisation_id}:
        streams.change_reason(connection, found.case_id, reader, before, because)


def _only_one(connection: Connection, fact: kinds.OfferAccepted) -> None:
    """Says early, and in words of its own, what the constraint would say."""
    held = select(offer.c.id).where(offer.c.held_referral_id == fact.referral_id, offer.c.id != fact.offer_id)
    if connection.execute(held).first() is not None:
        raise Conflict("offer-lost")


def _extended(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.HoldExtended)
    found = move(connection, entry, EXTEND, fact.offer_id, hold_until=fact.hold_until)
    _hold(connection, found, fact.hold_until)


def _declined(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.OfferDeclined)
    told = {"code": fact.code, "remarks": fact.remarks, "advice": fact.advice}
    _over(connection, entry, DECLINE, fact.offer_id, **told)


def _expired(connection: Connection, entry: Entry) -> None:
    _over(connection, entry, EXPIRE, said(entry, kinds.OfferExpired).offer_id)


def _withdrawn(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.OfferWithdrawn)
    _over(connection, entry, WITHDRAW, fact.offer_id, code=fact.because)


def _given_back(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.AcceptanceWithdrawn)
    _over(connection, entry, GIVE_BACK, fact.offer_id, code=fact.code, remarks=fact.remarks)
    referrals.lose(connection, entry, LOSE, fact.referral_id)


def _over(connection: Connection, entry: Entry, event: str, offer_id: UUID, **values: Any) -> None:  # noqa: ANN401
    """This facility is out: it holds nothing and nobody waits for it."""
    at = entry.act.recorded_at
    found = move(connection, entry, event, offer_id, held_referral_id=None, ended_at=at, **values)
    if found.held_referral_id is not None:
        _change_part(connection, found, TAKES, OFFERED)
    deadlines.settle(connection, (*ANSWERS, *HOLDS), offer_id, at)


def _hold(connection: Connection, found: Any, until: Instant) -> None:  # noqa: ANN401
    _to_facility(connection, found, HOLD, until)
    _to_asker(connection, found, HOLD_REFERRER, until)


def _to_facility(connection: Connection, found: Any, kind: str, due: Instant) -> None:  # noqa: ANN401
    expect(connection, found, kind, due, found.told_organisation_id, Role(found.told_role), audience(found))


def _to_asker(connection: Connection, found: Any, kind: str, due: Instant) -> None:  # noqa: ANN401
    expect(connection, found, kind, due, found.asker_id, Role(found.asker_role), audience(found))


PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    kinds.OfferMade: (_made,),
    kinds.OfferAcknowledged: (_acknowledged,),
    kinds.InformationAsked: (_asked,),
    kinds.InformationSupplied: (_supplied,),
    kinds.OfferAccepted: (_accepted,),
    kinds.HoldExtended: (_extended,),
    kinds.OfferDeclined: (_declined,),
    kinds.OfferExpired: (_expired,),
    kinds.OfferWithdrawn: (_withdrawn,),
    kinds.AcceptanceWithdrawn: (_given_back,),
}
