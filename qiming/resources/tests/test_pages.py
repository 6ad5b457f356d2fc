"""The pages of the shelf: what each person sees and does, over HTTP."""

import pytest
from django.test import Client

from qiming.casework.models import Appointment
from qiming.resources.models import Adoption, ResourceVersion
from qiming.resources.tests.conftest import CARD, Shelf

CARD_DATA = {**CARD.as_json(), "ai_share": "10"}


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def test_a_teacher_offers_a_version_and_keeps_words_when_refused(shelf: Shelf) -> None:
    client = shelf.cast.client("teacher")
    assert "本校有1个课程版本" in page(client, "/resources/offer/")
    url = f"/resources/offer/?course={shelf.course_version_id}"
    assert "给别的学校用" in page(client, url)
    refused = client.post(url, {**CARD_DATA, "course": str(shelf.course_version_id), "cost": ""})
    assert refused.status_code == 422
    assert CARD.says in refused.content.decode()
    assert "请写“费用”" in refused.content.decode()
    done = client.post(url, {**CARD_DATA, "course": str(shelf.course_version_id)})
    assert done.status_code == 302
    said = page(client, done["Location"])
    assert "本单位审核" in said
    assert "机器还没有筛查" in said
    assert "送过了" in page(client, "/resources/offer/")
    assert CARD.title in page(client, "/resources/ours/")
    head = shelf.cast.client("head")
    assert CARD.title in page(head, "/cases/")
    page(shelf.cast.client("other_teacher"), done["Location"], 404)


def test_a_school_without_a_reviewer_is_told_whom_to_ask(shelf: Shelf) -> None:
    version = shelf.offer()
    client, url = shelf.cast.client("teacher"), f"/resources/versions/{version.id}/"
    assert "还没有人能审" not in page(client, url)
    Appointment.objects.unscoped("test").filter(duty="provider_reviewer").delete()
    assert "还没有人能审" in page(client, url)


def test_what_came_back_is_mended_on_the_page(shelf: Shelf) -> None:
    version = shelf.move(shelf.offer(), "head", "send_back", reason="介绍写细些")
    client, url = shelf.cast.client("teacher"), f"/resources/versions/{version.id}/"
    assert "改好再送" in page(client, url)
    assert CARD.says in page(client, f"{url}revise/")
    done = client.post(f"{url}revise/", {**CARD_DATA, "says": "写细了的介绍。"})
    assert done.status_code == 302
    assert "写细了的介绍" in page(client, url)
    again = client.post(f"{url}revise/", CARD_DATA)
    assert again.status_code == 422
    assert "现在不能改这一版" in again.content.decode()


def test_another_school_finds_it_chooses_it_and_ends_it(shelf: Shelf) -> None:
    version = shelf.published()
    admin, where = shelf.cast.client("other_admin"), f"/resources/{version.resource_id}/"
    said = page(admin, "/resources/?q=食堂")
    assert "1个资源" in said and where in said
    assert "没有合这些条件的资源" in page(
        admin, "/resources/?q=围棋&stage=senior&area=nonsense&after=99999999"
    )
    said = page(admin, where)
    assert "还没有学校选用" in said and version.approved_hash[:16] in said
    assert "2位互不通气的评审都通过了" in said
    adopt = f"/resources/adopt/?resource={version.resource_id}"
    assert adopt in said
    refused = admin.post(adopt, {"resource": version.resource_id, "place": shelf.cast.other_school.id})
    assert refused.status_code == 422
    given = {"place": shelf.cast.other_school.id, "minutes": "校务会商量过，适合七年级。"}
    assert admin.post(adopt, given).status_code == 302
    assert "1所学校在用" in page(admin, where)
    assert "已经在用" in page(admin, adopt)
    row = Adoption.objects.unscoped("test").get()
    end = f"/resources/adoptions/{row.id}/end/"
    assert end in page(admin, "/resources/ours/")
    assert admin.post(end, {"why": ""}).status_code == 422
    assert admin.post(end, {"why": "换了教材"}).status_code == 302
    assert "已结束：换了教材" in page(admin, "/resources/ours/")
    page(shelf.cast.client("admin"), end, 404)


@pytest.mark.parametrize("who", ["teacher", "other_teacher", "head", "district_officer", "city_officer"])
def test_every_member_of_staff_sees_the_shelf_and_guardians_do_not(shelf: Shelf, who: str) -> None:
    version = shelf.published()
    client = shelf.cast.client(who)
    for url in ("/resources/", f"/resources/{version.resource_id}/", f"/resources/versions/{version.id}/"):
        page(client, url)
    assert version.course_version_id
    page(client, f"/courses/versions/{version.course_version_id}/")
    guardian = shelf.cast.client("guardian")
    for url in ("/resources/", f"/resources/{version.resource_id}/"):
        page(guardian, url, 403)
    page(guardian, f"/resources/versions/{version.id}/", 404)


def test_a_changed_resource_answers_as_if_it_were_not_there(shelf: Shelf) -> None:
    version = shelf.published()
    rows = ResourceVersion.objects.unscoped("test").filter(id=version.id)
    rows.update(card={**version.card, "says": "换了"})
    client = shelf.cast.client("other_admin")
    page(client, f"/resources/{version.resource_id}/", 404)
    page(client, f"/resources/adopt/?resource={version.resource_id}", 404)


@pytest.mark.parametrize("said", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_addresses_that_name_nothing(shelf: Shelf, said: str) -> None:
    admin = shelf.cast.client("other_admin")
    status = admin.get(f"/resources/adopt/?resource={said}").status_code
    assert status == (404 if len(said) > 1 else 302)
    assert "课程版本可以送审" in page(shelf.cast.client("teacher"), f"/resources/offer/?course={said}")


def test_a_tool_is_offered_on_its_page_and_opened_by_who_uses_it(shelf: Shelf) -> None:
    teacher = shelf.cast.client("teacher")
    wrong = teacher.post("/resources/offer/tool/", {**CARD_DATA, "address": "tool.example.org"})
    assert wrong.status_code == 422 and "请写完整的网址" in wrong.content.decode()
    done = teacher.post("/resources/offer/tool/", {**CARD_DATA, "address": "https://tool.example.org/a"})
    assert done.status_code == 302
    version = ResourceVersion.objects.unscoped("test").select_related("resource").get()
    version = shelf.publish(shelf.approved(version))
    admin, where = shelf.cast.client("other_admin"), f"/resources/{version.resource_id}/"
    assert "https://tool.example.org/a" not in page(admin, where)
    shelf.adopt(version)
    assert 'href="https://tool.example.org/a"' in page(admin, where)


def test_the_shelf_asks_few_questions(shelf: Shelf, django_assert_max_num_queries: object) -> None:
    shelf.published()
    client = shelf.cast.client("other_admin")
    with django_assert_max_num_queries(16):  # type: ignore[operator]  # pytest-django's fixture
        page(client, "/resources/")
