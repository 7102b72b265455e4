"""Decoding by itself: values that fit their type and that no handler could use."""

from datetime import datetime
from typing import Annotated

import pytest
from msgspec import Meta, Struct

from ledger.errors import Invalid
from web.decoding import read_message


class Report(Struct, frozen=True):
    at: Annotated[datetime, Meta(tz=True)]


class Reports(Struct, frozen=True):
    reports: tuple[Report, ...]


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+08:00", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-08:00"]
)
def test_a_time_of_another_century_is_refused_wherever_it_stands(text: str) -> None:
    body = f'{{"reports": [{{"at": "2026-01-01T00:00:00Z"}}, {{"at": "{text}"}}]}}'
    with pytest.raises(Invalid) as refused:
        read_message(body, Reports)
    assert refused.value.code == "time-out-of-range"
    assert refused.value.fields[0].field == "reports[1].at"
