"""`python -m tests.machine`: says loudly which real part the tests will miss here, and how to install it.

With JIUHU_REQUIRE_ALL set (CI does) a missing part is a failure.
"""

import os
import sys
from pathlib import Path

from tests.support import browser, node, postgres

SHARED_DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "osm"


def missing() -> dict[str, str]:
    """Real parts that are not here, each with how to get it."""
    found = {}
    if postgres.find_programs() is None and not os.environ.get(postgres.VARIABLE):
        found["PostgreSQL with PostGIS (every database test runs on SQLite only)"] = postgres.INSTALL
    if browser.find_browser() is None:
        found["Chromium (no page is tested)"] = browser.INSTALL
    if node.find_node() is None:
        found["Node (the JavaScript samples of docs/ fail)"] = node.INSTALL
    return found


def main() -> None:
    """Print what is missing; exit 1 when nothing may be."""
    gone = missing()
    for part, how in gone.items():
        print(f"!!! MISSING: {part}\n!!! install it with: {how}", file=sys.stderr)
    if not SHARED_DATA.exists():
        print(f"note: no real road extracts in {SHARED_DATA}; only made roads are tested", file=sys.stderr)
    if gone and os.environ.get("JIUHU_REQUIRE_ALL"):
        sys.exit(1)


if __name__ == "__main__":
    main()
