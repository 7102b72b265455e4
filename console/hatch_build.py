"""Puts the built pages into the wheel, where `app.config` finds them; without a build the wheel is the API alone."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PagesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatch calls this for every wheel; an editable one serves the folder itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add `console/dist` as `app/pages`, when it is there."""
        pages = Path(self.root) / "console" / "dist"
        if version != "editable" and (pages / "index.html").exists():
            build_data["force_include"][str(pages)] = "app/pages"
