"""Nothing above level L1 gets into a log line, whatever code puts into it."""

import logging
import sys
from typing import Any

import pytest

from qiming.kernel.logs import PlainLines

NAMES = ("王小明", "古丽米热·阿卜杜热西提", "欧阳𬀩")


def line(template: str, *args: Any, trouble: Exception | None = None) -> str:
    info = None
    if trouble:
        try:
            raise trouble
        except type(trouble):
            info = sys.exc_info()
    record = logging.LogRecord("qiming", logging.ERROR, "x.py", 1, template, args, info)
    return PlainLines("%(levelname)s %(message)s").format(record)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_blanked_out_wherever_it_comes_from(name: str) -> None:
    assert name not in line("pupil %s failed", name)
    assert name not in line("%(who)s failed", {"who": name})
    assert name not in line("failed", trouble=ValueError(f"3号已经是{name}"))
    assert "ValueError" in line("failed", trouble=ValueError(name))
    for part in name.split("·"):
        assert part not in line("pupil %s failed", name)


@pytest.mark.parametrize(
    "value", ["G110101201305087788", "11010120130508778X", "13800138000", "a.b@school.cn"]
)
def test_numbers_and_addresses_are_blanked_out(value: str) -> None:
    assert value not in line("got %s", value)
    assert value not in line("broke", trouble=KeyError(value))


def test_a_username_is_blanked_out() -> None:
    assert "zhou.laoshi" not in line("refused %s", "username=zhou.laoshi")
    assert "zhou.laoshi" not in line("refused %s", {"username": "zhou.laoshi"})


@pytest.mark.parametrize(
    "value", [17, 3.5, True, "01a201f0-4168-73df-97da-98421d870b13", "learning.left_pupils", "RuntimeError"]
)
def test_what_says_nothing_about_anybody_stays(value: Any) -> None:
    assert str(value) in line("got %s", value)


def test_a_traceback_still_says_where() -> None:
    said = line("failed", trouble=RuntimeError("王小明"))
    assert "Traceback" in said and "test_logs.py" in said and "RuntimeError" in said and "王小明" not in said
