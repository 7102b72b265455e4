"""Node, with which JavaScript samples are tried: that of this environment, or the machine's."""

import shutil
import sys
from pathlib import Path

INSTALL = "make pages (it comes from the package index, group `console`)"


def find_node() -> str | None:
    """The program, if there is one."""
    beside = Path(sys.executable).parent / "node"
    return str(beside) if beside.exists() else shutil.which("node")
