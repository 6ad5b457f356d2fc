"""Answers are remembered within one request that only reads, and nowhere else."""

import threading

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from qiming.kernel.memo import Remember, forget, once_a_request, remembering

asked: list[object] = []


@once_a_request
def question(one: int, *, other: str = "") -> tuple[int, str]:
    asked.append((one, other))
    if one < 0:
        raise ValueError(one)
    return one, other


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    asked.clear()


def test_outside_a_request_every_question_is_asked() -> None:
    assert question(1) == question(1) == (1, "")
    assert len(asked) == 2


def test_within_one_each_question_is_asked_once() -> None:
    with remembering():
        assert question(1) == question(1)
        assert question(1, other="x") == (1, "x")
        assert len(asked) == 2
        forget()
        question(1)
        assert len(asked) == 3
    question(1)
    assert len(asked) == 4


def test_a_failure_is_not_remembered() -> None:
    with remembering():
        for _ in range(2):
            with pytest.raises(ValueError, match="-1"):
                question(-1)
    assert len(asked) == 2


@pytest.mark.parametrize(("method", "times"), [("get", 1), ("head", 1), ("post", 2)])
def test_a_request_that_writes_remembers_nothing(method: str, times: int) -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        question(1)
        question(1)
        return HttpResponse()

    Remember(answer)(getattr(RequestFactory(), method)("/"))
    assert len(asked) == times


def test_two_requests_share_nothing() -> None:
    seen = []

    def other() -> None:
        question(1)
        seen.append(len(asked))

    with remembering():
        question(1)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert seen == [2]
