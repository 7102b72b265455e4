"""Facility levels and who may refer to whom (分级诊疗): lower up, upper down, same level mutual.

The rule table is that of a Chinese referral platform; skipping a level is for emergencies, for the way back to where
the patient came from, or for a reason that goes on record.
"""

from ledger.kinds.words import Direction, OrganisationKind, Urgency
from ledger.reasons import Reason

FACILITIES = frozenset(
    {
        OrganisationKind.CITY_HOSPITAL,
        OrganisationKind.COUNTY_HOSPITAL,
        OrganisationKind.TOWNSHIP_CLINIC,
        OrganisationKind.VILLAGE_CLINIC,
    }
)
"""The organisations that refer patients, and that patients are referred to."""

HURRIED = frozenset({Urgency.STAT, Urgency.EMERGENCY})
"""Nobody has to explain why such a patient skips a level."""

_LEVELS = {
    OrganisationKind.VILLAGE_CLINIC: 0,
    OrganisationKind.TOWNSHIP_CLINIC: 1,
    OrganisationKind.COUNTY_HOSPITAL: 2,
    OrganisationKind.CITY_HOSPITAL: 3,
}


def level(kind: OrganisationKind, tier: int | None) -> int:
    """0 village, 1 township, 2 county, 3 city. A facility's own tier goes before its kind's; a village stays below."""
    if kind is OrganisationKind.VILLAGE_CLINIC or tier is None:
        return _LEVELS.get(kind, 0)
    return tier


def leads(direction: Direction, here: int, there: int) -> bool:
    """Whether a way from one level to another is a way in this direction."""
    if direction is Direction.UP:
        return there > here
    if direction is Direction.DOWN:
        return there < here
    return there == here


def skips(here: int, there: int) -> bool:
    """Whether a level lies between the two."""
    return abs(there - here) > 1


def objection(
    direction: Direction, urgency: Urgency, here: int, there: int, *, explained: bool, returns: bool
) -> Reason | None:
    """Why a referral between these levels is not in order; None when it is.

    `explained`: a reason for skipping a level is given. `returns`: the patient goes back to where they came from.
    """
    if not leads(direction, here, there):
        return Reason("referral-wrong-way", {"direction": direction.value})
    if skips(here, there) and not (urgency in HURRIED or explained or returns):
        return Reason("referral-skips-level", {})
    return None
