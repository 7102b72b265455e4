"""Which unit? Ranks a fleet for one need and says why, also for the units left out. Pure.

A unit is on scene after ready + turnout + drive: the nearest by position alone forgets the first two.

1. Left out: unavailable, crew incomplete, no road, drive unknown; at P3 and P4 also a missing capability.
2. Two tiers: first the units one may simply send, then those a person must ask first (conditionally
   available, or their place is only guessed). A tier never overtakes the other, however fast.
3. Within a tier the units that bring everything needed, by expected arrival, then worst case, then call sign.
4. At P1 and P2 a unit that lacks something leads its tier as first responder when it is on scene HEAD_START_S
   before the fastest full unit: then send both. Otherwise it stands after the full units.

No rule adds points: each place in the list follows from one comparison that its reasons name.
"""

from collections.abc import Mapping, Sequence

from dispatch import explain
from dispatch.need import OLD_POSITION_S, Drive, FleetUnit, Need, place_is_guessed
from dispatch.ranking import Candidate, EtaParts, LeftOut, Ranking
from dispatch.runner import Runner
from ledger.kinds.words import Capability, Priority
from ledger.reasons import Reason

# House values. At P1 two minutes count: survival of an arrest without help falls by 7-10 % with each minute
# (AHA Guidelines for CPR, 2000 and later). A priority that is absent here waits for a unit that fits.
HEAD_START_S: Mapping[Priority, float] = {Priority.P1: 120.0, Priority.P2: 300.0}


def rank(need: Need, fleet: Sequence[FleetUnit], drives: Mapping[str, Drive]) -> Ranking:
    """Every unit of `fleet` exactly once, as candidate (best first) or left out; `drives` by unit id.

    Raises ValueError when two units of the fleet share an id.
    """
    if len({unit.id for unit in fleet}) != len(fleet):
        raise ValueError("two units of the fleet share an id")
    runners: list[Runner] = []
    left_out: list[LeftOut] = []
    for unit in sorted(fleet, key=lambda unit: (unit.call_sign, unit.id)):
        drive = drives.get(unit.id, Drive())
        obstacles = _obstacles(need, unit, known=unit.id in drives, drive=drive)
        if obstacles or drive.expected_s is None:
            left_out.append(LeftOut(unit.id, unit.call_sign, obstacles))
        else:
            runners.append(_runner(need, unit, drive, drive.expected_s))
    ordered = [
        *_order(need, [runner for runner in runners if not runner.ask_first]),
        *_order(need, [runner for runner in runners if runner.ask_first]),
    ]
    candidates = tuple(_candidate(need, ordered, place) for place in range(len(ordered)))
    return Ranking(candidates, tuple(left_out), _recommended(candidates))


def _missing(need: Need, unit: FleetUnit) -> tuple[Capability, ...]:
    return tuple(sorted(set(need.capabilities) - set(unit.capabilities)))


def _obstacles(need: Need, unit: FleetUnit, *, known: bool, drive: Drive) -> tuple[Reason, ...]:
    """All that keeps the unit from being a candidate, so that removing one obstacle surprises nobody."""
    reasons: list[Reason] = []
    if unit.availability == "unavailable":
        reasons += [Reason("unit-unavailable"), *unit.reasons]
    if unit.missing_crew:
        reasons.append(explain.crew_incomplete(unit.missing_crew))
    if drive.expected_s is None:
        reasons.append(Reason("no-road" if known else "drive-unknown"))
    missing = _missing(need, unit)
    if missing and need.priority not in HEAD_START_S:
        reasons.append(explain.lacks(missing))
    return tuple(reasons)


def _runner(need: Need, unit: FleetUnit, drive: Drive, expected_s: float) -> Runner:
    """In the seconds since an old fix a unit can have driven that many seconds away: its worst case."""
    parts = EtaParts(unit.ready_s, unit.turnout_s, expected_s)
    guessed = place_is_guessed(unit)
    worst_s = None
    if drive.worst_s is not None:
        age_s = 0.0 if unit.at_station or guessed else unit.position_age_s or 0.0
        adrift_s = age_s if age_s > OLD_POSITION_S else 0.0
        worst_s = unit.ready_s + unit.turnout_s + max(drive.worst_s, expected_s) + adrift_s
    ask_first = guessed or unit.availability == "conditional"
    return Runner(unit, drive, parts, worst_s, _missing(need, unit), ask_first)


def _order(need: Need, tier: list[Runner]) -> list[Runner]:
    by_arrival = sorted(tier, key=lambda runner: runner.arrival)
    full = [runner for runner in by_arrival if not runner.missing]
    partial = [runner for runner in by_arrival if runner.missing]
    if not full:
        return partial
    latest_s = full[0].eta_s - HEAD_START_S.get(need.priority, 0.0)
    leading = [runner for runner in partial if runner.eta_s <= latest_s]
    return [*leading, *full, *partial[len(leading) :]]


def _candidate(need: Need, ordered: list[Runner], place: int) -> Candidate:
    """The runner at `place` (from 0), with a partner when it lacks something that a unit behind it brings."""
    runner = ordered[place]
    at = next((at for at, other in enumerate(ordered) if not other.missing), None)
    partner = ordered[at] if runner.missing and at is not None and at > place else None
    return Candidate(
        unit_id=runner.unit.id,
        call_sign=runner.unit.call_sign,
        rank=place + 1,
        eta_s=runner.eta_s,
        eta_expected_s=runner.eta_s,
        eta_worst_s=runner.worst_s,
        parts=runner.parts,
        suitability="partial" if runner.missing else "full",
        missing=runner.missing,
        length_m=runner.drive.length_m,
        ask_first=runner.ask_first,
        pair_with=partner.unit.id if partner else None,
        reasons=explain.place(need, ordered, place, partner),
    )


def _recommended(candidates: tuple[Candidate, ...]) -> tuple[str, ...]:
    if not candidates:
        return ()
    first = candidates[0]
    return (first.unit_id,) if first.pair_with is None else (first.unit_id, first.pair_with)
