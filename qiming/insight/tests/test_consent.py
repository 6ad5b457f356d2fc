"""Named results leave the class only while the family consents: figures, names, answers, prints alike."""

import pytest

from qiming.insight.tests.conftest import PLANTED, Answering
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.trust import testing
from qiming.trust.types import Purpose

RECORDS = Purpose.RECORDS


def pupils(cls: Answering) -> list[PupilRef]:
    return registry.pupils_of(cls.offering.class_group_id)


def body(cls: Answering, who: str, address: str) -> str:
    answer = cls.browser(who).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


PAGES = ("", "groups/", "groups/print/", f"misconceptions/{PLANTED}/", "concepts/c052/")


@pytest.mark.parametrize("path", PAGES)
def test_a_class_report_names_those_who_consent_and_drops_one_at_the_next_request(
    cls: Answering, path: str
) -> None:
    cls.holds(1, 2, 3)
    here = pupils(cls)
    testing.agree_all(here[:4], RECORDS)
    seen = body(cls, "head", cls.url + path)
    assert all(one.name in seen for one in here[:3]) and here[4].name not in seen
    testing.take_back(here[0], RECORDS)
    after = body(cls, "head", cls.url + path)
    assert here[0].name not in after and here[1].name in after
    teacher = body(cls, "teacher", cls.url + path)
    assert here[0].name in teacher and "只在班里用" not in teacher


def test_the_figures_change_with_the_names(cls: Answering) -> None:
    cls.holds(1, 2, 3)
    here = pupils(cls)
    testing.agree_all(here[:2], RECORDS)
    head = body(cls, "head", cls.url)
    assert "2人以为" in head and "另有3名学生的学习记录只在班里用" in head
    assert "3人以为" in body(cls, "teacher", cls.url)
    admin = body(cls, "admin", cls.url)
    assert here[2].name not in admin and here[0].name in admin


def test_without_any_consent_the_head_is_told_whom_to_ask(cls: Answering) -> None:
    cls.holds(1, 2, 3)
    seen = body(cls, "head", cls.url)
    assert "学习记录现在只在班里用" in seen and not any(one.name in seen for one in pupils(cls))
    assert "可以分成" not in body(cls, "head", f"{cls.url}groups/")


def test_a_pupils_report_opens_and_closes_with_consent(cls: Answering) -> None:
    cls.holds(1)
    one = pupils(cls)[0]
    addresses = (f"/insight/pupils/{one.id}/", f"/insight/pupils/{one.id}/c052/")
    roster = f"/school/pupils/{one.id}/"
    testing.agree(one, RECORDS)
    for address in addresses:
        assert one.name in body(cls, "head", address)
    assert addresses[0] in body(cls, "head", roster)
    testing.take_back(one, RECORDS)
    for address in addresses:
        refused = cls.browser("head").get(address)
        assert refused.status_code == 403 and "只在班里用" in refused.content.decode()
        assert one.name not in refused.content.decode()
        assert cls.browser("teacher").get(address).status_code == 200
        assert cls.client(1).get(address).status_code == 200
    assert addresses[0] not in body(cls, "head", roster)


def test_a_guardian_reads_of_the_own_child_whatever_was_decided(cls: Answering) -> None:
    cls.holds(1)
    assert cls.guardian(1).get(f"/insight/pupils/{cls.id(1)}/").status_code == 200
