"""Puts what lies beside the package into the wheel: the built front end, the content, the labs' manifests.

A checkout finds them where they are; an installed wheel below `qiming/shipped` (see qiming/site/home.py).
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Shipped(BuildHookInterface):  # type: ignore[misc]  # hatchling leaves its type parameter open
    """Nothing for an editable install: that is a checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "standard" or self.target_name != "wheel":
            return
        root = Path(self.root)
        if not (root / "web" / "dist" / ".vite" / "manifest.json").exists():
            raise RuntimeError("web/dist is missing: run `make web` before building a wheel")
        shipped = [root / "web" / "dist", root / "content", *sorted(root.glob("web/labs/*/manifest.json"))]
        build_data["force_include"] |= {
            str(path): f"qiming/shipped/{path.relative_to(root)}" for path in shipped
        }
