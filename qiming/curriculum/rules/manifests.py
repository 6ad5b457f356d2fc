"""What every reader of a lab's manifest must read alike."""

from collections.abc import Mapping
from typing import Any


def kinds_of_data(manifest: Mapping[str, Any]) -> list[str]:
    """The kinds of data set a lab can use: the manifest names one or several."""
    kind = manifest["kind"]
    return [kind] if isinstance(kind, str) else list(kind)
