"""The demo's tally: an incident that was merged into another one is open no more."""

from app.demo.living.tally import Tally


def told(*entries: tuple[str, str]) -> Tally:
    tally = Tally()
    for kind, stream_id in entries:
        tally.tell(f"incident.{kind}.v1", stream_id)
    return tally


def test_a_closed_incident_is_counted_and_no_longer_open() -> None:
    looked = told(("opened", "a"), ("call-taken", "a"), ("opened", "b"), ("closed", "a")).look()
    assert (looked["opened"], looked["closed"], looked["open_now"]) == (2, 1, 1)


def test_an_incident_whose_last_call_moved_away_is_merged_and_not_open() -> None:
    before = (("opened", "a"), ("call-taken", "a"), ("opened", "b"), ("call-taken", "b"), ("call-taken", "b"))
    moved = (("call-moved-away", "b"), ("call-moved-here", "a"))
    assert told(*before, *moved).look()["open_now"] == 2
    assert told(*before, *moved, *moved).look()["open_now"] == 1


def test_an_incident_that_closes_twice_is_not_counted_below_nothing() -> None:
    assert told(("opened", "a"), ("closed", "a"), ("closed", "a")).look()["open_now"] == 0
