"""Evidence as it travels: what the wire form accepts, refuses and keeps."""

from datetime import UTC, datetime

import msgspec
import pytest

from geo.datum import Datum
from geo.evidence import Evidence, EvidenceSource, PointEvidence, SpokenPlace, is_confirmation

AT = "2026-01-01T12:00:00Z"
POINT = {"kind": "point", "source": "shared-pin", "received_at": AT, "lon": 111.28, "lat": 23.47}


def decode(message: dict[str, object]) -> Evidence:
    evidence: Evidence = msgspec.convert(message, Evidence)
    return evidence


def test_a_point_keeps_its_raw_datum() -> None:
    point = decode({**POINT, "datum": "gcj02"})
    assert isinstance(point, PointEvidence)
    assert (point.lon, point.lat, point.datum) == (111.28, 23.47, Datum.GCJ02)
    assert point.received_at == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert msgspec.json.decode(msgspec.json.encode(point), type=Evidence) == point


@pytest.mark.parametrize(
    "message",
    [
        POINT,
        {**POINT, "datum": "mars"},
        {**POINT, "datum": "wgs84", "lat": 91},
        {**POINT, "datum": "wgs84", "lon": float("nan")},
        {**POINT, "datum": "wgs84", "radius_m": -1},
        {**POINT, "datum": "wgs84", "confidence": 0},
        {**POINT, "datum": "wgs84", "confidence": 68},
        {**POINT, "datum": "wgs84", "received_at": "2026-01-01T12:00:00"},
        {**POINT, "datum": "wgs84", "source": "rumour"},
        {**POINT, "datum": "wgs84", "kind": "guess"},
        {"kind": "spoken-place", "source": "spoken", "received_at": AT, "words": ""},
        {"kind": "polygon", "source": "partner", "received_at": AT, "datum": "wgs84", "ring": [[1, 2], [3, 4]]},
        {
            "kind": "sector", "source": "cell", "received_at": AT, "datum": "wgs84", "lon": 1, "lat": 2,
            "inner_m": 0, "outer_m": 100, "start_deg": 0, "opening_deg": 0,
        },
    ],
)  # fmt: skip
def test_what_the_wire_refuses(message: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(message)


def test_only_a_point_by_a_dispatcher_confirms() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    typed = SpokenPlace(source=EvidenceSource.DISPATCHER, received_at=now, words="河东镇")
    assert not is_confirmation(typed)
    assert is_confirmation(decode({**POINT, "datum": "wgs84", "source": "dispatcher"}))
    assert not is_confirmation(decode({**POINT, "datum": "wgs84"}))
