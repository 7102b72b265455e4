"""Vital signs: the edges of the plausibility table, contradictions, and the wire form."""

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinical.vitals import LIMITS, Avpu, VitalSigns, implausible, refused

NOON = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=8)))
FIELDS = sorted(LIMITS)
STEP = 0.01


def signs(**measured: Any) -> VitalSigns:
    return VitalSigns(measured_at=NOON, **measured)


def test_a_healthy_adult_raises_no_doubt() -> None:
    healthy = signs(
        heart_rate_per_min=72,
        respiratory_rate_per_min=14,
        spo2_percent=98,
        systolic_mmhg=122,
        diastolic_mmhg=78,
        temperature_c=36.6,
        glucose_mmol_per_l=5.4,
        gcs_eye=4,
        gcs_verbal=5,
        gcs_motor=6,
        avpu=Avpu.ALERT,
        oxygen_l_per_min=0,
        pain=0,
    )
    assert implausible(healthy) == ()
    assert healthy.gcs_total == 15


def test_an_arrest_is_doubted_but_kept() -> None:
    arrest = signs(
        heart_rate_per_min=0,
        respiratory_rate_per_min=0,
        systolic_mmhg=0,
        diastolic_mmhg=0,
        avpu=Avpu.UNRESPONSIVE,
    )
    assert refused(arrest) == ()
    assert {doubt.code for doubt in implausible(arrest)} == {"outside-soft-limit"}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("end", ["low", "high"])
def test_hard_limits_include_their_ends(field: str, end: str) -> None:
    edge = getattr(LIMITS[field].hard, end)
    beyond = edge - STEP if end == "low" else edge + STEP
    assert refused(signs(**{field: edge})) == ()
    (doubt,) = refused(signs(**{field: beyond}))
    assert (doubt.field, doubt.code, doubt.value) == (field, "outside-hard-limit", beyond)
    assert doubt.limit == LIMITS[field].hard


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("end", ["low", "high"])
def test_soft_limits_warn_only_beyond_their_ends(field: str, end: str) -> None:
    soft, hard = LIMITS[field].soft, LIMITS[field].hard
    edge = getattr(soft, end)
    assert implausible(signs(**{field: edge})) == ()
    beyond = edge - STEP if end == "low" else edge + STEP
    expected = "outside-soft-limit" if hard.holds(beyond) else "outside-hard-limit"
    assert [doubt.code for doubt in implausible(signs(**{field: beyond}))] == [expected]


@pytest.mark.parametrize("field", FIELDS)
def test_soft_lies_within_hard(field: str) -> None:
    limits = LIMITS[field]
    assert limits.hard.low <= limits.soft.low < limits.soft.high <= limits.hard.high


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number_is_refused_without_an_unsendable_value(value: float) -> None:
    (doubt,) = refused(signs(temperature_c=value))
    assert (doubt.code, doubt.value) == ("not-a-number", None)


@pytest.mark.parametrize(
    "measured, codes",
    [
        ({"systolic_mmhg": 80, "diastolic_mmhg": 120}, ["diastolic-above-systolic"]),
        ({"systolic_mmhg": 80, "diastolic_mmhg": 80}, []),
        ({"diastolic_mmhg": 120}, []),
        ({"heart_rate_per_min": 0, "avpu": Avpu.ALERT}, ["outside-soft-limit", "no-pulse-yet-alert"]),
        (
            {"respiratory_rate_per_min": 0, "avpu": Avpu.ALERT},
            ["outside-soft-limit", "no-breathing-yet-alert"],
        ),
        ({"gcs_eye": 1, "gcs_verbal": 1, "gcs_motor": 1, "avpu": Avpu.ALERT}, ["avpu-against-gcs"]),
        ({"gcs_eye": 4, "gcs_verbal": 4, "gcs_motor": 5, "avpu": Avpu.ALERT}, []),
        ({"gcs_eye": 2, "gcs_verbal": 2, "gcs_motor": 5, "avpu": Avpu.UNRESPONSIVE}, ["avpu-against-gcs"]),
        ({"gcs_eye": 1, "gcs_verbal": 2, "gcs_motor": 5, "avpu": Avpu.UNRESPONSIVE}, []),
        ({"gcs_eye": 1, "gcs_motor": 1, "avpu": Avpu.ALERT}, []),
    ],
)
def test_signs_that_contradict_each_other(measured: dict[str, Any], codes: list[str]) -> None:
    assert [doubt.code for doubt in implausible(signs(**measured))] == codes


def test_a_partial_coma_score_has_no_total() -> None:
    assert signs(gcs_eye=1, gcs_motor=1).gcs_total is None


def test_a_time_without_zone_is_refused_in_code_and_on_the_wire() -> None:
    with pytest.raises(ValueError, match="time zone"):
        VitalSigns(measured_at=datetime(2026, 5, 1, 12))  # noqa: DTZ001 - the naive time is the point
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"measured_at": "2026-05-01T12:00:00"}', type=VitalSigns)


@given(
    st.builds(
        VitalSigns,
        measured_at=st.just(datetime(2026, 5, 1, tzinfo=UTC)),
        heart_rate_per_min=st.none() | st.floats(-10, 500),
        systolic_mmhg=st.none() | st.floats(-10, 500),
        diastolic_mmhg=st.none() | st.floats(-10, 500),
        temperature_c=st.none() | st.floats(0, 60),
        pain=st.none() | st.integers(-2, 12),
        avpu=st.none() | st.sampled_from(Avpu),
    )
)
def test_any_signs_survive_the_wire_with_their_doubts(vitals: VitalSigns) -> None:
    again = msgspec.json.decode(msgspec.json.encode(vitals), type=VitalSigns)
    assert again == vitals
    assert implausible(again) == implausible(vitals)
    assert set(refused(vitals)) <= set(implausible(vitals))
