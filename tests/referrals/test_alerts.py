"""Which teams a facility calls together: from words, from the protocol, from age, sex and vital signs."""

from datetime import UTC, datetime

import pytest

from clinical.vitals import Avpu, VitalSigns
from ledger.kinds.case import Patient
from ledger.kinds.words import Sex
from referrals.alerts import Alert, Seen, alerts_of, qsofa

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def signs(**measured: object) -> VitalSigns:
    return VitalSigns(measured_at=NOW, **measured)  # type: ignore[arg-type]


def patient(complaint: str = "", age: float | None = None, sex: Sex = Sex.UNKNOWN) -> Patient:
    return Patient(label="#1", complaint=complaint, age_years=age, sex=sex)


@pytest.mark.parametrize(
    "seen, alerts",
    [
        (Seen(patient=patient()), ()),
        (Seen(patient=patient("胸痛两小时，大汗")), (Alert.CHEST_PAIN,)),
        (Seen(patient=patient("Chest pain")), (Alert.CHEST_PAIN,)),
        (Seen(patient=patient("口角歪斜"), protocol="fall"), (Alert.STROKE, Alert.TRAUMA)),
        (Seen(patient=patient(), protocol="pregnancy"), (Alert.MATERNAL,)),
        (Seen(patient=patient(sex=Sex.MALE), protocol="pregnancy"), ()),
        (Seen(patient=patient(), protocol="child"), (Alert.CHILD,)),
        (Seen(patient=patient(age=14), protocol="child"), ()),
        (Seen(patient=patient(age=13.9), protocol="illness"), (Alert.CHILD,)),
        (Seen(patient=patient(), protocol="never-heard-of"), ()),
    ],
)
def test_what_is_told_gives_the_alert(seen: Seen, alerts: tuple[Alert, ...]) -> None:
    assert alerts_of(seen) == alerts


@pytest.mark.parametrize(
    "measured, points",
    [
        (signs(), 0),
        (signs(respiratory_rate_per_min=21.4), 0),
        (signs(respiratory_rate_per_min=21.6), 1),
        (signs(systolic_mmhg=100.4), 1),
        (signs(systolic_mmhg=101), 0),
        (signs(avpu=Avpu.VOICE), 1),
        (signs(avpu=Avpu.ALERT), 0),
        (signs(gcs_eye=3, gcs_verbal=5, gcs_motor=6), 1),
        (signs(gcs_eye=3), 0),
        (signs(respiratory_rate_per_min=22, systolic_mmhg=90, avpu=Avpu.PAIN), 3),
    ],
)
def test_qsofa_at_its_edges(measured: VitalSigns, points: int) -> None:
    assert qsofa(measured) == points


@pytest.mark.parametrize(
    "temperature_c, septic", [(None, False), (38.0, True), (37.9, False), (36.0, False), (35.9, True)]
)
def test_sepsis_needs_two_points_and_a_temperature(temperature_c: float | None, septic: bool) -> None:
    measured = signs(respiratory_rate_per_min=24, systolic_mmhg=95, temperature_c=temperature_c)
    assert alerts_of(Seen(patient=patient(), vitals=measured)) == ((Alert.SEPSIS,) if septic else ())


def test_shock_after_an_injury_is_not_called_sepsis() -> None:
    measured = signs(respiratory_rate_per_min=24, systolic_mmhg=80, temperature_c=35)
    assert alerts_of(Seen(patient=patient("车祸"), vitals=measured)) == (Alert.TRAUMA,)
