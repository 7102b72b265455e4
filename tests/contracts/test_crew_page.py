"""The crew page knows two tables by itself, because it works without a network: they are the service's own."""

import json
import re
from pathlib import Path

from clinical.vitals import LIMITS
from dispatch.assignments import CREW_ENDS, DESK_ENDS, ORDER, STAMP_EVENTS, STATION_END, TAKE_BACK
from dispatch.desk.cases import END_CODES

CREW = Path(__file__).parents[2] / "console" / "src" / "crew"


def constant(file: str, name: str) -> str:
    """The source of one constant, up to the line that ends it."""
    source = (CREW / file).read_text(encoding="utf-8")
    found = re.search(rf"const {name}\b[^=]*= (.+?)( as const.*|);\n", source, re.DOTALL)
    assert found is not None, name
    return found.group(1)


def words(source: str) -> list[str]:
    return re.findall(r"'([^']+)'", source)


def table(source: str) -> dict[str, str]:
    """`name: value` pairs of an object literal."""
    return {key.strip("'"): value for key, value in re.findall(r"([\w'-]+): ('[^']*'|\[[^\]]*\])", source)}


def test_states_and_steps_are_those_of_the_lifecycle() -> None:
    assert words(constant("steps.ts", "ORDER")) == [state.value for state in ORDER]
    steps = {event: value.strip("'") for event, value in table(constant("steps.ts", "REACHES")).items()}
    assert steps == {event: state.value for event, state in STAMP_EVENTS.items()}
    assert tuple(words(constant("steps.ts", "CREW_ENDS"))) == CREW_ENDS
    assert words(constant("steps.ts", "CANNOT_GO")) == [STATION_END]
    assert set(words(constant("steps.ts", "DESK_ENDS"))) == {*DESK_ENDS, TAKE_BACK}
    ends = table(constant("steps.ts", "CASE_END"))
    assert set(ends) <= set(CREW_ENDS)
    assert {value.strip("'") for value in ends.values()} <= set(END_CODES)
    assert tuple(words(constant("end.tsx", "CASE_ENDS"))) == END_CODES


def test_vital_signs_have_the_limits_of_the_record() -> None:
    found = {field: json.loads(limits) for field, limits in table(constant("limits.ts", "LIMITS")).items()}
    assert found == {
        field: [limits.hard.low, limits.hard.high, limits.soft.low, limits.soft.high]
        for field, limits in LIMITS.items()
    }
