"""The notice's table: every (state, event, role), against a table written by hand."""

import itertools

import pytest

from dispatch.texts import WORDS as DISPATCH_WORDS
from ledger.errors import Conflict, Forbidden
from ledger.kinds.words import Role
from referrals.prearrival import LIVE, NOTICE, STRAIN_CODES, NoticeState
from referrals.texts import words
from referrals.texts.words import NOTICE_STATES, STRAIN, WORDS

S = NoticeState
BACK = ("back-to-sent", "back-to-acknowledged", "back-to-strain-reported")
EVENTS = ("acknowledge", "report-strain", "arrive", "sign", "complete", "withdraw", *BACK)
FACILITY = {Role.HOSPITAL_DESK, Role.CLINIC_DOCTOR, Role.REFERRAL_OFFICE, Role.INTEGRATION}
TELEPHONES = {Role.DISPATCHER, Role.SHIFT_LEADER}

LEADS: dict[str, dict[NoticeState, NoticeState]] = {
    "acknowledge": {
        S.SENT: S.ACKNOWLEDGED,
        S.ACKNOWLEDGED: S.ACKNOWLEDGED,
        S.STRAIN_REPORTED: S.ACKNOWLEDGED,
        S.ARRIVED: S.ARRIVED,
    },
    "report-strain": {
        S.SENT: S.STRAIN_REPORTED,
        S.ACKNOWLEDGED: S.STRAIN_REPORTED,
        S.STRAIN_REPORTED: S.STRAIN_REPORTED,
        S.ARRIVED: S.ARRIVED,
    },
    "arrive": {**dict.fromkeys(LIVE, S.ARRIVED), S.HANDED_OVER: S.HANDED_OVER},
    "sign": {state: state for state in LIVE},
    "complete": dict.fromkeys(LIVE, S.HANDED_OVER),
    "withdraw": dict.fromkeys(LIVE, S.WITHDRAWN),
    "back-to-sent": {S.ARRIVED: S.SENT},
    "back-to-acknowledged": {S.ARRIVED: S.ACKNOWLEDGED},
    "back-to-strain-reported": {S.ARRIVED: S.STRAIN_REPORTED},
}
ROLES: dict[str, set[Role]] = {
    "acknowledge": FACILITY | TELEPHONES,
    "report-strain": FACILITY | TELEPHONES,
    "arrive": {Role.SYSTEM},
    "sign": FACILITY | {Role.CREW},
    "complete": FACILITY | {Role.CREW},
    "withdraw": {Role.SYSTEM},
    **{event: {Role.SYSTEM} for event in BACK},
}


@pytest.mark.parametrize("state, event, role", list(itertools.product(NoticeState, EVENTS, Role)))
def test_every_triple(state: NoticeState, event: str, role: Role) -> None:
    to = LEADS[event].get(state)
    if to is None:
        with pytest.raises(Conflict):
            NOTICE.advance(state, event, role)
    elif role not in ROLES[event]:
        with pytest.raises(Forbidden):
            NOTICE.advance(state, event, role)
    else:
        assert NOTICE.advance(state, event, role) is to


def test_there_is_no_event_by_which_a_facility_refuses() -> None:
    assert {row.event for row in NOTICE.rows.values()} == set(EVENTS)
    reached = {row.to for row in NOTICE.rows.values() if row.roles & FACILITY}
    assert S.WITHDRAWN not in reached


def test_states_and_strain_have_words() -> None:
    assert {str(state) for state in NoticeState} == {str(state) for state in NOTICE_STATES}
    assert set(STRAIN_CODES) == STRAIN.keys()


def test_a_code_has_one_word_in_every_list() -> None:
    """The pages get one list of words for all rooms."""
    lists = (words.ABILITIES, words.SERVICES, words.ALERTS, words.STRAIN, words.NOTICE_STATES)
    for one in lists:
        for code, word in one.items():
            assert WORDS[code] == word, code
            assert DISPATCH_WORDS.get(code, word) == word, code
            assert set(word) == {"zh-CN", "en"}
