"""Why a unit stands where it stands: the reasons `choose` gives, as codes that `texts` puts into words."""

from collections.abc import Iterable

from dispatch.need import OLD_POSITION_S, Need, place_is_guessed
from dispatch.runner import Runner
from ledger.kinds.words import Capability, CrewRole
from ledger.reasons import Reason

# Differences below these are not worth a sentence on a screen that is read in seconds.
SPREAD_WORTH_SAYING_S = 60
LENGTH_WORTH_SAYING_M = 100


def crew_incomplete(roles: Iterable[CrewRole]) -> Reason:
    return Reason("crew-incomplete", {"roles": ",".join(roles)})


def lacks(missing: Iterable[Capability]) -> Reason:
    return Reason("lacks-capabilities", {"capabilities": ",".join(missing)})


def place(need: Need, ordered: list[Runner], index: int, partner: Runner | None) -> tuple[Reason, ...]:
    """Every reason for the runner at `index` (from 0): arrival, fit, doubts, difference to the first."""
    runner = ordered[index]
    any_full = any(not other.missing for other in ordered)
    reasons = [_eta(runner), *_fit(need, runner, partner, any_full=any_full), *_doubts(need, runner)]
    if index > 0:
        reasons += _against(runner, ordered[0])
    elif len(ordered) > 1:
        reasons += _lead(runner, ordered[1])
    return tuple(reasons)


def _eta(runner: Runner) -> Reason:
    parts = runner.parts
    return Reason(
        "eta-parts",
        {
            "eta_s": round(runner.eta_s),
            "ready_s": round(parts.ready_s),
            "turnout_s": round(parts.turnout_s),
            "drive_s": round(parts.drive_s),
        },
    )


def _fit(need: Need, runner: Runner, partner: Runner | None, *, any_full: bool) -> list[Reason]:
    if not runner.missing:
        return [Reason("brings-all-needed")] if need.capabilities else []
    missing = ",".join(runner.missing)
    if partner is None:
        return [lacks(runner.missing)] if any_full else [Reason("no-full-unit", {"capabilities": missing})]
    called = {"capabilities": missing, "call_sign": partner.unit.call_sign}
    earlier_s = round(partner.eta_s - runner.eta_s)
    if earlier_s > 0:
        return [Reason("first-responder", {"earlier_s": earlier_s, **called})]
    return [Reason("pair-with", called)]


def _doubts(need: Need, runner: Runner) -> list[Reason]:
    """What makes the unit, its place or the place it goes to less than certain."""
    unit, reasons = runner.unit, list[Reason]()
    if unit.availability == "conditional":
        reasons += [Reason("conditional"), *unit.reasons]
    if unit.position_age_s is None and place_is_guessed(unit):
        reasons.append(Reason("position-missing"))
    elif place_is_guessed(unit):
        reasons.append(Reason("position-stale", {"age_s": round(unit.position_age_s or 0)}))
    elif not unit.at_station and (unit.position_age_s or 0) > OLD_POSITION_S:
        reasons.append(Reason("position-old", {"age_s": round(unit.position_age_s or 0)}))
    if runner.worst_s is None:
        reasons.append(Reason("worst-case-unbounded"))
    elif runner.worst_s - runner.eta_s >= SPREAD_WORTH_SAYING_S:
        reasons.append(Reason("worst-case", {"worst_s": round(runner.worst_s)}))
    if need.area_code and unit.area_code and need.area_code != unit.area_code:
        reasons.append(Reason("other-area", {"area_code": unit.area_code}))
    return reasons


def _lead(first: Runner, second: Runner) -> list[Reason]:
    ahead_s = round(second.eta_s - first.eta_s)
    return [Reason("ahead-of", {"by_s": ahead_s, "call_sign": second.unit.call_sign})] if ahead_s > 0 else []


def _against(runner: Runner, first: Runner) -> list[Reason]:
    """Why not this one: answered also when it is nearer, would be earlier, or is safer in the worst case."""
    call_sign, later_s = first.unit.call_sign, round(runner.eta_s - first.eta_s)
    reasons = list[Reason]()
    if later_s > 0:
        reasons.append(Reason("later-than", {"by_s": later_s, "call_sign": call_sign}))
    elif later_s < 0:
        reasons.append(Reason("earlier-but-behind", {"by_s": -later_s, "call_sign": call_sign}))
    else:
        reasons.append(Reason("same-arrival", {"call_sign": call_sign}))
    own_m, first_m = runner.drive.length_m, first.drive.length_m
    if later_s > 0 and own_m is not None and first_m is not None and first_m - own_m >= LENGTH_WORTH_SAYING_M:
        reasons.append(
            Reason("nearer-but-later", {"nearer_m": round(first_m - own_m), "call_sign": call_sign})
        )
    if runner.worst_s is not None and first.worst_s is not None:
        safer_s = first.worst_s - runner.worst_s
        if safer_s >= SPREAD_WORTH_SAYING_S:
            reasons.append(Reason("safer-worst-case", {"by_s": round(safer_s), "call_sign": call_sign}))
    return reasons
