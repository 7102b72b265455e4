"""The two machines of a referral: every triple against the rules as written, and what must never come apart."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ledger.errors import Conflict, Forbidden
from ledger.kinds.words import Role
from ledger.lifecycle import Lifecycle
from referrals import offers as o
from referrals import referral as r
from referrals.offers import HOLDING, LIVE, OFFER, OfferState
from referrals.referral import ENDED, REFERRAL, ReferralState, Side, open_actions, open_to

DOCTORS = {"clinic-doctor", "hospital-desk", "referral-office"}
RECEIVERS = DOCTORS | {"integration"}
DESK = {"dispatcher", "shift-leader"}
SERVICE = {"system"}

OFFER_RULES: dict[tuple[str, str], tuple[str, set[str]]] = {
    ("offered", "acknowledge"): ("received", RECEIVERS),
    ("offered", "ask"): ("info-requested", RECEIVERS),
    ("received", "ask"): ("info-requested", RECEIVERS),
    ("info-requested", "supply"): ("received", DOCTORS),
    **{(s, "accept"): ("accepted", RECEIVERS) for s in LIVE},
    **{(s, "decline"): ("declined", RECEIVERS) for s in LIVE},
    **{(s, "expire"): ("expired", SERVICE) for s in LIVE},
    **{(s, "withdraw"): ("withdrawn", SERVICE) for s in LIVE | HOLDING},
    ("accepted", "extend-hold"): ("accepted", SERVICE),
    ("accepted", "withdraw-acceptance"): ("given-back", RECEIVERS),
}
WAITS = ("offered", "unplaced", "cancel-requested", "visit-cancel-requested", "follow-up")
REFERRAL_RULES: dict[tuple[str, str], tuple[str, set[str]]] = {
    ("offered", "candidates"): ("offered", DOCTORS | DESK),
    ("unplaced", "candidates"): ("offered", DOCTORS | DESK),
    ("offered", "unplace"): ("unplaced", SERVICE),
    ("offered", "accept"): ("accepted", RECEIVERS),
    ("accepted", "run-failed"): ("transport-failed", SERVICE),
    **{(s, "run-failed"): (s, SERVICE) for s in WAITS},
    ("transport-failed", "transport"): ("accepted", DOCTORS | DESK),
    ("follow-up", "transport"): ("follow-up", DOCTORS | DESK),
    ("transport-failed", "lose-acceptance"): ("offered", RECEIVERS),
    ("transport-failed", "request-cancel"): ("cancel-requested", DOCTORS),
    ("transport-failed", "arrived"): ("arrived", RECEIVERS | SERVICE),
    ("transport-failed", "close"): ("closed", RECEIVERS),
    ("accepted", "plan-follow-up"): ("follow-up", RECEIVERS),
    ("accepted", "lose-acceptance"): ("offered", RECEIVERS),
    ("follow-up", "lose-acceptance"): ("offered", RECEIVERS),
    ("cancel-requested", "lose-acceptance"): ("offered", RECEIVERS),
    ("visit-cancel-requested", "lose-acceptance"): ("offered", RECEIVERS),
    ("offered", "cancel"): ("cancelled", DOCTORS | SERVICE),
    ("unplaced", "cancel"): ("cancelled", DOCTORS),
    ("accepted", "request-cancel"): ("cancel-requested", DOCTORS),
    ("follow-up", "request-cancel"): ("visit-cancel-requested", DOCTORS),
    ("visit-cancel-requested", "confirm-cancel"): ("cancelled", RECEIVERS),
    ("visit-cancel-requested", "keep"): ("follow-up", RECEIVERS),
    ("visit-cancel-requested", "arrived"): ("follow-up", RECEIVERS | SERVICE),
    ("visit-cancel-requested", "visit"): ("follow-up", RECEIVERS),
    ("visit-cancel-requested", "close"): ("closed", RECEIVERS),
    ("cancel-requested", "confirm-cancel"): ("cancelled", RECEIVERS),
    ("accepted", "arrived"): ("arrived", RECEIVERS | SERVICE),
    ("cancel-requested", "arrived"): ("arrived", RECEIVERS | SERVICE),
    ("follow-up", "arrived"): ("follow-up", RECEIVERS | SERVICE),
    ("arrived", "outcome"): ("outcome-sent", RECEIVERS),
    ("cancel-requested", "outcome"): ("outcome-sent", RECEIVERS),
    ("follow-up", "visit"): ("follow-up", RECEIVERS),
    ("follow-up", "complete"): ("closed", RECEIVERS),
    ("outcome-sent", "complete"): ("closed", DOCTORS | SERVICE),
    ("arrived", "refer-on"): ("closed", RECEIVERS),
    ("outcome-sent", "refer-on"): ("closed", RECEIVERS),
    ("unplaced", "close"): ("closed", DOCTORS | DESK),
    ("accepted", "close"): ("closed", RECEIVERS),
    ("follow-up", "close"): ("closed", RECEIVERS),
    ("arrived", "close"): ("closed", RECEIVERS),
    ("outcome-sent", "close"): ("closed", RECEIVERS),
}


@pytest.mark.parametrize(
    "machine, known, rules",
    [(OFFER, set(OfferState), OFFER_RULES), (REFERRAL, set(ReferralState), REFERRAL_RULES)],
)
def test_every_triple_is_as_written(
    machine: Lifecycle[Any, str], known: set[Any], rules: dict[Any, Any]
) -> None:
    states = {*machine.states()}
    assert states == known
    events = {event for _, event in rules} | {"no-such-event"}
    for state in states:
        for event in events:
            for role in Role:
                wanted = rules.get((state.value, event))
                if wanted is None:
                    with pytest.raises(Conflict):
                        machine.advance(state, event, role)
                elif role.value not in wanted[1]:
                    with pytest.raises(Forbidden):
                        machine.advance(state, event, role)
                else:
                    assert machine.advance(state, event, role) == wanted[0]


def test_an_end_is_an_end() -> None:
    ends = {*ENDED, "declined", "expired", "withdrawn", "given-back"}
    for machine in (OFFER, REFERRAL):
        assert not [row for row in machine.rows.values() if row.state in ends]


def test_a_person_leads_out_of_every_state_that_is_no_end() -> None:
    for state in set(ReferralState) - {ReferralState(ended) for ended in ENDED}:
        ways = {row.to for row in REFERRAL.rows.values() if row.state == state and row.roles != {Role.SYSTEM}}
        assert ways - {state}, state


def test_a_side_is_never_offered_what_the_table_lacks_and_every_human_event_is_somebodys() -> None:
    human = {row.event for row in REFERRAL.rows.values() if row.roles != {Role.SYSTEM}}
    consequences = {r.ACCEPT, r.PLAN, r.LOSE}
    given = {
        event for side in Side for state in ReferralState for event in human if open_to(side, state, event)
    }
    assert given == human - consequences
    for state in ENDED:
        assert open_actions(ReferralState(state), frozenset(Side), Role.REFERRAL_OFFICE) == ()
    asked = open_actions(ReferralState.UNPLACED, frozenset({Side.CENTRE}), Role.DISPATCHER)
    assert asked == ("candidates", "close")


REFERRER, RECEIVER, SERVICE_ROLE = Role.CLINIC_DOCTOR, Role.HOSPITAL_DESK, Role.SYSTEM
HOLDS = {
    ReferralState.ACCEPTED,
    ReferralState.TRANSPORT_FAILED,
    ReferralState.CANCEL_REQUESTED,
    ReferralState.FOLLOW_UP,
    ReferralState.VISIT_CANCEL_REQUESTED,
}
WISHED_OFF = {ReferralState.CANCEL_REQUESTED, ReferralState.VISIT_CANCEL_REQUESTED}


class OneReferral(RuleBasedStateMachine):
    """One referral and its offers, moved by the tables alone as the entries would; every move is one entry."""

    def __init__(self) -> None:
        super().__init__()
        self.state = REFERRAL.initial
        self.offers: list[OfferState] = [OFFER.initial]
        self.entries: list[tuple[str, int, str, Role]] = [("made", 0, "", REFERRER)]

    def move(self, event: str, role: Role) -> None:
        self.state = REFERRAL.advance(self.state, event, role)
        self.entries.append(("referral", 0, event, role))

    def move_offer(self, at: int, event: str, role: Role) -> None:
        self.offers[at] = OFFER.advance(self.offers[at], event, role)
        self.entries.append(("offer", at, event, role))

    def among(self, states: frozenset[str]) -> list[int]:
        return [i for i, state in enumerate(self.offers) if state in states]

    def refused(self, act: Any, *args: Any) -> None:
        before = (self.state, list(self.offers), len(self.entries))
        with pytest.raises((Conflict, Forbidden)):
            act(*args)
        assert (self.state, self.offers, len(self.entries)) == before

    @precondition(lambda self: self.state is ReferralState.OFFERED)
    @rule()
    def ask_another(self) -> None:
        self.move(r.ADD_CANDIDATES, REFERRER)
        self.offers.append(OFFER.initial)
        self.entries.append(("made", len(self.offers) - 1, "", SERVICE_ROLE))

    @rule(data=st.data(), event=st.sampled_from([o.ACKNOWLEDGE, o.ASK, o.SUPPLY]))
    def speak(self, data: st.DataObject, event: str) -> None:
        at = data.draw(st.integers(0, len(self.offers) - 1))
        role = REFERRER if event == o.SUPPLY else RECEIVER
        if (self.offers[at], event) in OFFER.rows:
            self.move_offer(at, event, role)
        else:
            self.refused(self.move_offer, at, event, role)

    @rule(data=st.data(), event=st.sampled_from([o.DECLINE, o.EXPIRE]))
    def fall_out(self, data: st.DataObject, event: str) -> None:
        """Also invariant 8: an answer after a withdrawal is refused and moves nothing."""
        at = data.draw(st.integers(0, len(self.offers) - 1))
        role = RECEIVER if event == o.DECLINE else SERVICE_ROLE
        if self.offers[at] not in LIVE:
            self.refused(self.move_offer, at, event, role)
            return
        self.move_offer(at, event, role)
        if not self.among(LIVE):
            self.move(r.UNPLACE, SERVICE_ROLE)

    @rule(data=st.data(), down=st.booleans())
    def accept(self, data: st.DataObject, down: bool) -> None:
        at = data.draw(st.integers(0, len(self.offers) - 1))
        if self.offers[at] not in LIVE:
            self.refused(self.move_offer, at, o.ACCEPT, RECEIVER)
            return
        self.move_offer(at, o.ACCEPT, RECEIVER)
        self.move(r.ACCEPT, RECEIVER)
        for other in self.among(LIVE):
            self.move_offer(other, o.WITHDRAW, SERVICE_ROLE)
        if down:
            self.move(r.PLAN, RECEIVER)

    @precondition(lambda self: self.state in HOLDS)
    @rule()
    def give_back(self) -> None:
        (at,) = self.among(HOLDING)
        wished_off = self.state in WISHED_OFF
        self.move_offer(at, o.GIVE_BACK, RECEIVER)
        self.move(r.LOSE, RECEIVER)
        self.move(r.CANCEL if wished_off else r.UNPLACE, SERVICE_ROLE)

    @precondition(lambda self: (self.state, r.FAIL_RUN) in REFERRAL.rows)
    @rule()
    def the_run_brings_nobody(self) -> None:
        self.move(r.FAIL_RUN, SERVICE_ROLE)

    @precondition(lambda self: (self.state, r.ASK_RUN) in REFERRAL.rows)
    @rule()
    def ask_for_another_run(self) -> None:
        self.move(r.ASK_RUN, REFERRER)

    @precondition(lambda self: self.state is ReferralState.UNPLACED)
    @rule(found=st.booleans())
    def a_human_acts(self, found: bool) -> None:
        if not found:
            self.move(r.END, Role.DISPATCHER)
            return
        self.move(r.ADD_CANDIDATES, Role.DISPATCHER)
        self.offers.append(OFFER.initial)
        self.entries.append(("made", len(self.offers) - 1, "", Role.DISPATCHER))

    @rule()
    def cancel(self) -> None:
        if (self.state, r.REQUEST_CANCEL) in REFERRAL.rows:
            self.move(r.REQUEST_CANCEL, REFERRER)
        elif (self.state, r.CANCEL) in REFERRAL.rows:
            self.move(r.CANCEL, REFERRER)
            for at in self.among(LIVE):
                self.move_offer(at, o.WITHDRAW, SERVICE_ROLE)
        else:
            self.refused(self.move, r.CANCEL, REFERRER)

    @precondition(lambda self: self.state in WISHED_OFF)
    @rule()
    def confirm(self) -> None:
        self.move(r.CONFIRM_CANCEL, RECEIVER)
        for at in self.among(HOLDING):
            self.move_offer(at, o.WITHDRAW, SERVICE_ROLE)

    @rule(event=st.sampled_from([r.ARRIVE, r.SEND_OUTCOME, r.VISIT, r.KEEP, r.COMPLETE, r.CONTINUE]))
    def go_on(self, event: str) -> None:
        role = REFERRER if event == r.COMPLETE and self.state is ReferralState.OUTCOME_SENT else RECEIVER
        if (self.state, event) in REFERRAL.rows:
            self.move(event, role)
        else:
            self.refused(self.move, event, role)

    @invariant()
    def one_bed_at_most(self) -> None:
        assert len(self.among(HOLDING)) <= 1

    @invariant()
    def a_bed_is_held_while_the_patient_is_awaited(self) -> None:
        if self.state in HOLDS:
            assert len(self.among(HOLDING)) == 1
        if self.state in (ReferralState.OFFERED, ReferralState.UNPLACED, ReferralState.CANCELLED):
            assert not self.among(HOLDING)

    @invariant()
    def whoever_is_asked_is_asked_for_a_reason(self) -> None:
        assert bool(self.among(LIVE)) == (self.state is ReferralState.OFFERED)

    @invariant()
    def the_entries_tell_where_it_stands(self) -> None:
        state, offers = REFERRAL.initial, [OfferState.OFFERED]
        for what, at, event, role in self.entries[1:]:
            if what == "made":
                offers.append(OFFER.initial)
            elif what == "offer":
                offers[at] = OFFER.advance(offers[at], event, role)
            else:
                state = REFERRAL.advance(state, event, role)
        assert (state, offers) == (self.state, self.offers)


OneReferral.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestOneReferral = OneReferral.TestCase
