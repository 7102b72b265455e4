"""Whatever is sent, the fault is never ours: no 5xx, every problem well formed."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web import test_server
from tests.web.support import Answer, serving

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.just("\x00")
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
spots = st.fixed_dictionaries({}, optional={"lat": scalars, "lon": st.floats(-200, 200), "z": scalars})
bodies = values | st.fixed_dictionaries(
    {},
    optional={
        "words": st.text(max_size=60) | scalars,
        "evidence": st.lists(spots, max_size=3) | values,
        "level": st.sampled_from(["low", "high", "x"]) | values,
        "if_match": scalars,
    },
)


def check(answer: Answer) -> None:
    assert answer.status < 500, answer.raw
    if answer.status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.body["status"] == answer.status


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bodies=st.lists(bodies, min_size=20, max_size=20),
    raws=st.lists(st.binary(max_size=40), min_size=10, max_size=10),
    queries=st.lists(
        st.lists(
            st.tuples(st.sampled_from(["limit", "near_m", "kinds", "text", "x"]), st.text(max_size=6)),
            max_size=4,
        ),
        min_size=10,
        max_size=10,
    ),
    ids=st.lists(st.text(min_size=1, max_size=8), min_size=5, max_size=5),
    keys=st.lists(st.text('ab "\xe9词', max_size=4), min_size=5, max_size=5),
)
def test_nothing_that_is_sent_breaks_us(
    tmp_path_factory: pytest.TempPathFactory,
    bodies: list[Any],
    raws: list[bytes],
    queries: list[list[tuple[str, str]]],
    ids: list[str],
    keys: list[str],
) -> None:
    async def scenario(path: Path) -> None:
        async with serving(path, test_server.routes) as service:
            here = test_server.HERE
            for number, body in enumerate(bodies):
                check(await service.post(here, body, as_="dispatcher", key=f"b{number}"))
            for number, raw in enumerate(raws):
                check(await service.post(here, raw=raw, as_="dispatcher", key=f"r{number}"))
            for query in queries:
                text = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in query)
                check(await service.get(f"{here}?{text}", as_="dispatcher"))
            for one in ids:
                path_id = quote(one, safe="", errors="surrogatepass")
                check(await service.get(f"/api/v1/incidents/{path_id}/notes", as_="dispatcher"))
            for key in keys:
                check(await service.post(here, {"words": "a"}, as_="dispatcher", key=key))

    asyncio.run(scenario(tmp_path_factory.mktemp("fuzz")))
