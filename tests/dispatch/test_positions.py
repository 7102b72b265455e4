"""The board of positions: a slow vehicle is not a frozen one, and a fast clock does not hold back honest fixes."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from dispatch.positions import PositionBoard, VehiclePosition

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
UNIT = uuid4()


def fix(after_s: float, lon: float, ahead_s: float = 0.0) -> VehiclePosition:
    received = START + timedelta(seconds=after_s)
    at = received + timedelta(seconds=ahead_s)
    return VehiclePosition(
        unit_id=UNIT,
        lon=lon,
        lat=23.5,
        fixed_at=at,
        received_at=received,
        moved_at=at,
        source="test",
        speed_kmh=15.0,
    )


def test_a_slow_vehicle_that_reports_each_second_is_not_frozen() -> None:
    board = PositionBoard()
    for second in range(200):
        board.take([fix(second, 111.3 + second * 0.00004)])  # 4 m each second
    found = board.find(UNIT)
    assert found is not None
    assert not found.frozen


def test_a_receiver_that_repeats_one_fix_is_frozen() -> None:
    board = PositionBoard()
    for second in range(0, 200, 10):
        board.take([fix(second, 111.3)])
    found = board.find(UNIT)
    assert found is not None
    assert found.frozen


def test_a_clock_ahead_does_not_hold_back_the_fixes_that_follow() -> None:
    board = PositionBoard()
    board.take([fix(0, 111.3, ahead_s=540)])
    assert board.take([fix(5, 111.31)])
    found = board.find(UNIT)
    assert found is not None
    assert found.lon == 111.31
