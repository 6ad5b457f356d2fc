"""What senior pupils' programs find: real NumPy, pandas and scikit-learn, the lab's drawings, and nothing of the server's."""

import os
import subprocess
import sys

import pytest

from qiming.judge.ground import Ground, lay
from qiming.judge.judging import Job, Verdict, judge
from qiming.judge.limits import NOTEBOOK, Ending
from qiming.judge.packages import notebook as of_the_notebook
from qiming.judge.standing import Standing, has_notebook
from qiming.judge.tests.conftest import LAB

WAYS = [True, False] if os.geteuid() == 0 else [False]


@pytest.fixture(scope="module")
def notebook(standing: Standing) -> Ground:
    if not has_notebook(standing):
        pytest.skip("qiming[notebook] is not installed")
    return lay(LAB, of_the_notebook())


@pytest.fixture(params=WAYS)
def rooted(request: pytest.FixtureRequest) -> bool:
    way: bool = request.param
    return way


def run(notebook: Ground, source: str, rooted: bool) -> Verdict:
    verdict = judge(notebook, Job(source), NOTEBOOK, rooted=rooted)
    assert verdict.ending == Ending.DONE and not verdict.error, verdict
    return verdict


def test_a_tree_learns_and_what_pandas_and_numpy_give_is_drawn(notebook: Ground, rooted: bool) -> None:
    verdict = run(
        notebook,
        """
import numpy as np, pandas as pd, qm
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier
X, y = load_iris(return_X_y=True)
scores = cross_val_score(DecisionTreeClassifier(random_state=0), X, y, n_jobs=2)
print(round(scores.mean(), 3))
table = pd.DataFrame({"round": np.arange(5), "score": scores})
qm.plot(table.to_numpy(), title="五次")
qm.bars({"平均": scores.mean()})
qm.table(table.round(2))
qm.grid(np.eye(2))
""",
        rooted,
    )
    assert verdict.output == "0.96\n"
    assert [one["kind"] for one in verdict.drawings] == ["plot", "bars", "table", "grid"]
    assert verdict.drawings[2]["body"][0] == ["0", "0.97"]


def test_the_servers_own_packages_are_not_there(notebook: Ground, rooted: bool) -> None:
    verdict = run(
        notebook,
        """
import os
for name in ("django", "qiming", "psycopg", "procrastinate", "cryptography"):
    try:
        __import__(name)
        print("found", name)
    except ImportError:
        pass
print([name for name in os.listdir("/packages") if "django" in name.lower() or "qiming" in name.lower()])
""",
        rooted,
    )
    assert verdict.output == "[]\n"


def test_a_table_larger_than_the_machine_gives_is_refused(notebook: Ground, rooted: bool) -> None:
    verdict = judge(
        notebook, Job("import numpy as np\nnp.ones((20000, 20000)).sum()"), NOTEBOOK, rooted=rooted
    )
    assert verdict.ending == Ending.MEMORY


def test_web_processes_load_none_of_it(notebook: Ground) -> None:
    """openpyxl takes NumPy where it finds it: not in a web process, whose memory is counted."""
    code = "import sys, qiming.site.wsgi\nprint([n for n in ('numpy', 'pandas', 'sklearn', 'torch') if sys.modules.get(n)])"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "qiming.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout == "[]\n"
