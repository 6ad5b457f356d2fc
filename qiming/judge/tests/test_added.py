"""A folder of packages the school filled itself: senior programs find all of it, marked ones nothing, and a wrong folder is said."""

import os
import sys
from pathlib import Path

import pytest

from qiming.judge.ground import lay
from qiming.judge.judging import Job, judge
from qiming.judge.limits import NOTEBOOK, Ending
from qiming.judge.packages import FOLDER, Unusable, added, notebook, versions
from qiming.judge.standing import try_out
from qiming.judge.tests.conftest import LAB

WAYS = [True, False] if os.geteuid() == 0 else [False]


def installed(folder: Path, name: str, version: str, source: str, *, asked: bool) -> None:
    """As `pip install --target` leaves a small pure package."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(source, encoding="utf-8")
    about = folder / f"{name}-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    files = [f"{name}/__init__.py,,", f"{about.name}/METADATA,,", f"{about.name}/RECORD,,"]
    if asked:
        (about / "REQUESTED").touch()
        files.append(f"{about.name}/REQUESTED,,")
    (about / "RECORD").write_text("\n".join(files) + "\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if os.geteuid() == 0:  # whoever runs the program must be able to read it
        for one in (tmp_path, *tmp_path.parents):
            if one == Path("/tmp"):
                break
            one.chmod(one.stat().st_mode | 0o055)
    place = tmp_path / "pupils"
    installed(
        place,
        "littlenet",
        "1.2",
        "from helper import half\n\ndef think(x):\n    return half(x) + 1\n",
        asked=True,
    )
    installed(place, "helper", "0.3", "def half(x):\n    return x / 2\n", asked=False)
    monkeypatch.setenv(FOLDER, str(place))
    return place


@pytest.mark.parametrize("rooted", WAYS)
def test_programs_use_what_the_school_added(folder: Path, rooted: bool) -> None:
    source = "import littlenet, sys\nprint(littlenet.think(4), littlenet.__file__, 'django' in sys.modules)"
    verdict = judge(lay(LAB, notebook()), Job(source), NOTEBOOK, rooted=rooted)
    assert verdict.ending == Ending.DONE and not verdict.error, verdict
    assert verdict.output == "3.0 /packages/littlenet/__init__.py False\n"
    verdict = judge(lay(LAB), Job("import littlenet"), NOTEBOOK, rooted=rooted)
    assert verdict.error and "littlenet" in str(verdict.error)


def test_pupils_are_told_what_was_asked_for(folder: Path) -> None:
    assert ("littlenet", "1.2") in versions() and "helper" not in dict(versions())
    installed(folder, "torch", "9.9", "", asked=False)
    assert dict(versions())["torch"] == "9.9"
    assert notebook()["torch"] == folder / "torch"
    assert dict(try_out(LAB).packages)["littlenet"] == "1.2"


@pytest.mark.parametrize(
    ("which", "says"),
    [
        ("not/a/full/path", "完整路径"),
        ("/no/such/folder", "完整路径"),
        ("{empty}", "没有装好的包"),
        ("{servers}", "另建一个"),
    ],
)
def test_a_wrong_folder_adds_nothing_and_is_said(
    which: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    before = notebook()
    servers = next(one for one in sys.path if (Path(one) / "django").is_dir())
    monkeypatch.setenv(FOLDER, which.format(empty=tmp_path, servers=servers))
    with pytest.raises(Unusable, match=says):
        added()
    assert notebook() == before
    standing = try_out(LAB)
    assert standing.works and says in standing.remedy
