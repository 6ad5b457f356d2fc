"""Whether the walls stand is tried, and said in words when they do not."""

from collections.abc import Callable

import pytest

from qiming.judge import standing as module
from qiming.judge import walls
from qiming.judge.judging import Verdict
from qiming.judge.limits import Ending
from qiming.judge.seccomp import program
from qiming.judge.standing import Standing, has_notebook, try_out
from qiming.judge.tests.conftest import LAB


def said(verdict: Verdict) -> Callable[..., Verdict]:
    return lambda *_, **__: verdict


CASES = [
    (Verdict(Ending.DONE, output="shut\n"), True, "墙都在"),
    (Verdict(Ending.DONE, output="socket fork\n"), False, "墙不严：socket fork"),
    (Verdict(Ending.NO_SANDBOX, complaint="bwrap: No permissions to create new namespace"), False, "No permissions"),
    (Verdict(Ending.CRASHED), False, "搭不起来：crashed"),
]  # fmt: skip


@pytest.mark.parametrize(("verdict", "works", "words"), CASES)
def test_a_machine_without_walls_says_so_and_how_to_mend_it(
    verdict: Verdict, works: bool, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "judge", said(verdict))
    found = try_out(LAB)
    assert found.works is works and words in found.says
    assert works or found.remedy


def test_other_systems_and_machines_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert "Linux" in try_out(LAB).remedy
    monkeypatch.undo()
    monkeypatch.setattr(module, "tool", lambda: None)
    assert not try_out(LAB).works


def test_without_namespaces_the_sandbox_is_refused_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """bwrap's own refusal, as a kernel without namespaces makes it: nothing is run."""
    monkeypatch.setattr(walls, "_AS_ANYBODY", [*walls._AS_ANYBODY, "--userns", "99"])
    assert not try_out(LAB, rooted=False).works


@pytest.mark.parametrize(
    ("packages", "there"),
    [
        ((), False),
        ((("numpy", "2"), ("pandas", "2")), False),
        ((("numpy", "2"), ("pandas", "2"), ("scikit-learn", "1")), True),
    ],
)
def test_the_notebook_needs_all_of_its_packages(packages: tuple[tuple[str, str], ...], there: bool) -> None:
    assert has_notebook(Standing(True, "", packages=packages)) is there
    assert not has_notebook(Standing(False, "", packages=packages))


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_whole_for_both_machines(machine: str) -> None:
    filter_ = program(machine)
    assert len(filter_) % 8 == 0 and len(filter_) // 8 < 4096
    for at in range(0, len(filter_), 8):
        code, yes, no = filter_[at], filter_[at + 2], filter_[at + 3]
        if code in {0x15, 0x35, 0x45}:  # every jump lands inside
            assert at // 8 + 1 + max(yes, no) < len(filter_) // 8
