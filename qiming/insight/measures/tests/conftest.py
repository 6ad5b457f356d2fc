"""A tiny invented lake, made once: three hundred pupils, six weeks."""

from pathlib import Path
from typing import Any

import pytest

from qiming.site.simulate.lake import LakeOrder, simulate


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: Any) -> Path:
    out = Path(tmp_path_factory.mktemp("lake")) / "tiny"
    simulate(LakeOrder(300, 6, 7, out))
    return out
