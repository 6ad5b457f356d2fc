from pathlib import Path

import pytest

from qiming.judge.ground import Ground, lay
from qiming.judge.standing import Standing, try_out

LAB = Path(__file__).parents[3] / "web" / "labs" / "python" / "py"


@pytest.fixture(scope="session")
def ground() -> Ground:
    return lay(LAB)


@pytest.fixture(scope="session", autouse=True)
def standing() -> Standing:
    """Where no sandbox can be built there is nothing to attack: said aloud, as judging is off there too."""
    found = try_out(LAB)
    if not found.works:
        pytest.skip(f"no sandbox here: {found.says}")
    return found
