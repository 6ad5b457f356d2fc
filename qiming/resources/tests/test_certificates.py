"""The certificate of inclusion: given by the releaser once a school uses the version, taken back with the reason."""

import json

import pytest
from django.test import Client

from qiming.casework.types import Proof
from qiming.credentials.models import Certificate
from qiming.credentials.queries import check_brought
from qiming.credentials.types import Standing
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.resources.models import ResourceVersion
from qiming.resources.tests.conftest import Shelf

NOTE = [Proof.of_words("inclusion_note", "收录意见", "用得好，收录")]
FINDING = [Proof.of_words("finding", "核查结论", "内容有错，下架")]


def certified(shelf: Shelf) -> ResourceVersion:
    version = shelf.published()
    shelf.adopt(version)
    return shelf.move(version, "city_officer", "certify", evidence=NOTE)


def the_one() -> Certificate:
    return Certificate.objects.unscoped("the test looks at it").get()


def standing() -> Standing:
    return check_brought(json.dumps(the_one().document).encode()).standing


def test_the_school_gets_a_certificate_that_anybody_can_check(shelf: Shelf) -> None:
    version = certified(shelf)
    assert (version.state, version.is_served) == ("published", True)
    row = the_one()
    assert row.recipient_id == shelf.cast.school.id
    assert row.issued_by == shelf.cast.people["city_officer"]
    found = check_brought(row.token.encode())
    assert found.standing is Standing.VALID
    assert (found.to, found.by) == (shelf.cast.school.name, shelf.cast.city.name)
    assert found.about == "《垃圾分类的数据课》第1版" and version.approved_hash in found.evidence[1].narrative
    for who, page in (
        ("other_teacher", "resources/{0.resource_id}"),
        ("teacher", "resources/versions/{0.id}"),
    ):
        text = shelf.cast.client(who).get(f"/{page.format(version)}/").content.decode()
        assert f"/certificates/{row.code}/" in text and "certificate.png" in text
    assert "有效：教学资源收录证书" in Client().get(f"/certificates/{row.code}/").content.decode()


def test_only_the_releaser_certifies_and_only_what_is_used_as_it_was_approved(shelf: Shelf) -> None:
    version = shelf.published()
    with pytest.raises(UserError) as caught:
        shelf.move(version, "city_officer", "certify", evidence=NOTE)
    assert "还没有学校选用" in caught.value.next
    shelf.adopt(version)
    for who in ("teacher", "head", "district_officer", "other_admin"):
        with pytest.raises(Denied):
            shelf.move(version, who, "certify", evidence=NOTE)
    with pytest.raises(UserError) as caught:
        shelf.move(version, "city_officer", "certify")
    assert "收录意见" in caught.value.next
    assert not Certificate.objects.unscoped("test").exists()
    shelf.move(version, "city_officer", "certify", evidence=NOTE)
    with pytest.raises(UserError) as caught:
        shelf.move(version, "city_officer", "certify", evidence=NOTE)
    assert "已经收录" in caught.value.next
    assert Certificate.objects.unscoped("test").count() == 1


def test_stopped_it_stays_until_the_finding_and_goes_with_its_reason(shelf: Shelf) -> None:
    version = shelf.move(certified(shelf), "district_officer", "suspend", reason="有人举报")
    assert standing() is Standing.VALID
    shelf.move(version, "district_officer", "take_off", reason="有三道题答案错了", evidence=FINDING)
    assert standing() is Standing.REVOKED and the_one().reason == "有三道题答案错了"
    page = Client().get(f"/certificates/{the_one().code}/").content.decode()
    assert "已撤销" in page and "有三道题答案错了" in page


def test_restored_it_holds_as_before(shelf: Shelf) -> None:
    version = shelf.move(certified(shelf), "city_officer", "suspend", reason="有人举报")
    give = [Proof.of_words("finding", "核查结论", "没有问题")]
    shelf.move(version, "district_officer", "restore", reason="查过，没有问题", evidence=give)
    assert standing() is Standing.VALID


def test_retired_by_the_city_it_is_taken_back_by_its_author_it_is_not(shelf: Shelf) -> None:
    version = certified(shelf)
    shelf.move(version, "city_officer", "retire", reason="授权到期")
    assert standing() is Standing.REVOKED and the_one().reason == "授权到期"


def test_let_go_by_who_offered_it_the_certificate_stays(shelf: Shelf) -> None:
    shelf.move(certified(shelf), "teacher", "retire", reason="我们另做一版")
    assert standing() is Standing.VALID


def test_replaced_by_its_next_version_the_old_certificate_stays_and_the_new_has_none(shelf: Shelf) -> None:
    first = certified(shelf)
    second = shelf.offer(course_version_id=shelf.next_course("换一道题干"), resource_id=first.resource_id)
    second = shelf.publish(shelf.approved(second))
    assert second.is_served and standing() is Standing.VALID
    text = shelf.cast.client("other_teacher").get(f"/resources/{second.resource_id}/").content.decode()
    assert "/certificates/" not in text.partition("<main")[2]
    shelf.move(second, "city_officer", "certify", evidence=NOTE)
    assert Certificate.objects.unscoped("test").count() == 2
