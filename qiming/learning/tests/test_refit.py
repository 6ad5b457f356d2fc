"""Parameters from own answers: only when enough, only when better, ahead of their time, and with a trace of what moved."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiming.kernel.time import frozen, now
from qiming.learning import queries
from qiming.learning.models import Attempt, BandChange, MasteryState, TracerFit
from qiming.learning.services import fits, refit
from qiming.learning.services.replay import rebuild
from qiming.learning.tests.conftest import NOW, RIGHT, Class
from qiming.mastery import shipped, to_json


@pytest.fixture(autouse=True)
def fresh() -> object:
    fits.forget()
    yield
    fits.forget()


def strict(version: int = 1) -> TracerFit:
    """Parameters that think less of everybody."""
    body = to_json(shipped())
    body["level"] -= 0.5
    row = TracerFit.objects.create(
        version=version,
        body=body,
        answers=6000,
        pupils=300,
        loss=0.5,
        loss_before=0.6,
        from_at=now() + fits.AHEAD,
    )
    fits.forget()
    return row


def test_too_few_answers_keep_the_products_own_parameters(cls: Class) -> None:
    cls.sends(1, cls.answer())
    told = refit.refit()
    assert told.version is None and "5000" in told.words and not TracerFit.objects.exists()
    assert queries.basis_of(fits.version_at(now())).is_shipped


def test_enough_answers_make_a_version_which_holds_later(cls: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refit, "LEAST_ANSWERS", 20)
    monkeypatch.setattr(refit, "LEAST_PUPILS", 5)
    for day in range(6):
        with frozen(NOW + timedelta(days=day)):
            for seat in range(1, 6):
                right = seat > 2
                cls.sends(seat, cls.answer(response={"choice": "C" if right else "A"}))
                cls.sends(seat, cls.answer("g7l1-q07", {"value": "75%" if right else "3"}))
    told = refit.refit()
    assert (told.answers, told.pupils) == (60, 5)
    if (
        told.version is None
    ):  # five pupils: a fit need not say more of the fifth one than the shipped one does
        assert "不换" in told.words
        return
    row = TracerFit.objects.get()
    assert row.loss < row.loss_before and fits.version_at(now()) == 0
    assert fits.version_at(row.from_at) == 1 == told.version
    assert refit.refit().version is None and TracerFit.objects.count() == 1  # nothing new to learn from


def test_a_refit_moves_no_band_without_a_trace(cls: Class) -> None:
    for key in ("g7l1-q02", "g7l1-q03", "g7l1-q04"):
        cls.sends(1, cls.answer(key, RIGHT[key]))
    before = MasteryState.objects.unscoped("test").get()
    row = strict()
    assert refit.reread() == 0, "not yet"
    with frozen(NOW + timedelta(minutes=11)):
        assert (refit.reread(), refit.reread()) == (1, 0)
        after = MasteryState.objects.unscoped("test").get()
        assert (before.band, after.band, after.fit) == ("known", "nearly", 1)
        assert bytes(after.state) == bytes(before.state)
        told = queries.told_of(after.pupil_id, "c052")
        assert [(one.before, one.after, one.why) for one in told.changes] == [
            ("known", "nearly", "估计的参数重新算过")
        ]
        assert told.summary and not told.basis.is_shipped
        assert rebuild(after.pupil_id, mend=False) == []
    row.refresh_from_db()
    assert row.reread_at and BandChange.objects.unscoped("test").get().fit == 1


def test_each_answer_is_counted_with_the_parameters_of_its_moment(cls: Class) -> None:
    cls.sends(1, cls.answer(response=RIGHT["g7l1-q02"]))
    strict()
    cls.sends(1, cls.answer("g7l1-q03", RIGHT["g7l1-q03"]))
    with frozen(NOW + timedelta(minutes=11)):
        fits.forget()
        cls.sends(1, cls.answer("g7l1-q04", RIGHT["g7l1-q04"]))
        assert MasteryState.objects.unscoped("test").get().fit == 1
        assert rebuild(cls.world.pupils[0].id, mend=False) == []


def test_which_parameters_hold_is_asked_once_a_minute(cls: Class) -> None:
    fits.version_at(now())
    with CaptureQueriesContext(connection) as asked:
        assert [fits.version_at(now()) for _ in range(5)] == [0] * 5
    assert not asked.captured_queries


def test_old_beliefs_are_counted_anew_at_night(cls: Class) -> None:
    cls.sends(1, cls.answer())
    kept = bytes(MasteryState.objects.unscoped("test").get().state)
    MasteryState.objects.unscoped("test").update(state=b"")
    assert (refit.rebuild_old(), refit.rebuild_old()) == (1, 0)
    assert (
        bytes(MasteryState.objects.unscoped("test").get().state) == kept
        and Attempt.objects.unscoped("test").count() == 1
    )
