"""Models on the shelf: a trained one as a file, one that answers at an address, and the product behind it."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qiming.assurance import testing as gate
from qiming.assurance.models import ProductVersion
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.resources import queries, services
from qiming.resources.models import ResourceVersion
from qiming.resources.queries.differences import difference
from qiming.resources.rules import models as trained
from qiming.resources.tests.conftest import CARD, Shelf
from qiming.resources.tests.launching_scene import OPEN
from qiming.resources.tests.test_trained import LINE, TREE

MODEL_CARD = replace(
    CARD, title="分水果的决策树", made_of="自己量的三十个水果", does_well="没见过的十个里对九个"
)
ENDPOINT_CARD = replace(MODEL_CARD, title="写提纲的模型", filing="Beijing-Sample-0001", generates=True)
ON_CARD = {"what_for": "分水果", "data": "自己量的", "how_well": "十个对九个", "not_for": "别的水果"}
ADDRESS = "https://tutor.example.com/api"


def file_of(model: dict[str, Any] = TREE, **more: Any) -> bytes:
    return json.dumps(model | {"card": model["card"] | ON_CARD} | more).encode()


def offered(shelf: Shelf, data: bytes = b"", who: str = "teacher") -> ResourceVersion:
    version_id = services.offer_model(
        actor=shelf.cast.actor(who), school_id=shelf.cast.school.id, data=data or file_of(), card=MODEL_CARD
    )
    return shelf.version(version_id)


def said(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_a_trained_model_goes_over_the_reviews_and_is_served_as_it_was_approved(shelf: Shelf) -> None:
    version = shelf.publish(shelf.approved(offered(shelf)))
    admin, where = shelf.cast.client("other_admin"), f"/resources/versions/{version.id}/model.json"
    page = said(admin, f"/resources/{version.resource_id}/")
    assert where in page and "模型卡" in page and "决策树" in page and "十个对九个" in page
    answer = admin.get(where)
    assert answer.content == trained.as_file(trained.read(file_of()))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    shelf.adopt(version)
    assert shelf.cast.client("guardian").get(where).status_code == 404
    rows = ResourceVersion.objects.unscoped("test").filter(id=version.id)
    rows.update(model=(version.model or {}) | {"name": "另一个"})
    assert queries.why_not_same(shelf.version(version.id))
    assert admin.get(where).status_code == 404


def test_a_reviewer_sees_what_changed_on_the_model_s_own_card(shelf: Shelf) -> None:
    first = shelf.publish(shelf.approved(offered(shelf)))
    leaf = TREE["parameters"] | {"root": {"says": 0, "counts": [1, 0, 0]}}
    data = file_of(card=ON_CARD | {"how_well": "十个对八个 <b>"}, parameters=leaf)
    version_id = services.offer_model(
        actor=shelf.cast.teacher,
        school_id=shelf.cast.school.id,
        data=data,
        card=replace(MODEL_CARD, scenario="class"),
        resource_id=first.resource_id,
    )
    against, found = difference(shelf.version(version_id)) or (None, None)
    assert against == first and found and not found.is_little
    assert {one.where for one in found.changes} == {"模型卡：认得怎么样", "场景"}
    assert found.wordless == ("模型的参数",)
    page = said(shelf.cast.client("teacher"), f"/resources/versions/{version_id}/")
    assert "八" in page and "&lt;b&gt;" in page and "不一样的：模型的参数" in page


def test_the_screening_reads_a_model_and_sends_back_what_learnt_from_a_camera(shelf: Shelf) -> None:
    seen = file_of(TREE, made=TREE["made"] | {"camera": True}, name="打13800138000")
    version = shelf.screened(offered(shelf, seen))
    assert version.state == "returned"
    rules = {one["rule"] for one in version.report["findings"] if one["level"] == "stop"}
    assert {"model", "personal"} <= rules
    services.revise(actor=shelf.cast.teacher, version_id=version.id, card=MODEL_CARD, data=file_of())
    assert shelf.screened(shelf.version(version.id)).state == "in_review"


def test_the_same_model_under_another_name_is_found(shelf: Shelf) -> None:
    offered(shelf)
    again = shelf.screened(offered(shelf, file_of(TREE, name="换个名字", id=str(uuid4()))))
    assert any(one["rule"] == "same" for one in again.report["findings"])


def test_what_comes_back_without_a_new_file_keeps_the_old_one(shelf: Shelf) -> None:
    version = shelf.move(offered(shelf), "head", "send_back", reason="介绍写细些")
    services.revise(
        actor=shelf.cast.teacher, version_id=version.id, card=replace(MODEL_CARD, says="写细了。")
    )
    assert shelf.version(version.id).model == version.model


@pytest.mark.parametrize("lacks", ["made_of", "does_well"])
def test_a_model_without_its_words_is_not_taken(shelf: Shelf, lacks: str) -> None:
    nothing: dict[str, Any] = {lacks: ""}
    card = replace(MODEL_CARD, **nothing)
    with pytest.raises(UserError) as refused:
        services.offer_model(
            actor=shelf.cast.teacher, school_id=shelf.cast.school.id, data=file_of(LINE), card=card
        )
    assert refused.value.field == lacks
    with pytest.raises(Denied):
        offered(shelf, who="other_teacher")


def test_the_page_takes_the_file_and_keeps_words_when_it_is_none(shelf: Shelf) -> None:
    client = shelf.cast.client("teacher")
    given = {**MODEL_CARD.as_json(), "ai_share": "10"}
    bad = client.post("/resources/offer/model/", {**given, "file": SimpleUploadedFile("x.json", b"<html>")})
    assert bad.status_code == 422
    assert "不是能用的模型" in bad.content.decode() and MODEL_CARD.does_well in bad.content.decode()
    assert client.post("/resources/offer/model/", given).status_code == 422
    done = client.post("/resources/offer/model/", {**given, "file": SimpleUploadedFile("m.json", file_of())})
    assert done.status_code == 302
    assert "下载模型" in said(client, done["Location"])


def endpoint(shelf: Shelf, **card: Any) -> ResourceVersion:
    version_id = services.offer_endpoint(
        actor=shelf.cast.teacher,
        school_id=shelf.cast.school.id,
        address=ADDRESS,
        card=replace(ENDPOINT_CARD, **card),
    )
    return shelf.version(version_id)


def test_what_generates_content_names_a_product_that_was_admitted(shelf: Shelf) -> None:
    for product, field in (("", "product"), ("x", "product"), (str(uuid4()), "product")):
        with pytest.raises(UserError) as refused:
            endpoint(shelf, product=product)
        assert refused.value.field == field
    with pytest.raises(UserError) as refused:
        endpoint(shelf, generates=False, filing="")
    assert refused.value.field == "filing"
    assert endpoint(shelf, generates=False).state == "self_review"


def test_an_endpoint_is_shown_with_the_verdict_and_closes_with_it(shelf: Shelf) -> None:
    assert shelf.cast.vendor
    product = gate.admitted(shelf.cast.actor("vendor"), shelf.cast.vendor.id, OPEN)
    version = shelf.publish(shelf.approved(endpoint(shelf, product=str(product.id))))
    admin, where = shelf.cast.client("other_admin"), f"/resources/{version.resource_id}/"
    page = said(admin, where)
    assert "Beijing-Sample-0001" in page and product.title in page and ADDRESS not in page
    shelf.adopt(version)
    assert ADDRESS in said(admin, where)
    rows = ProductVersion.objects.unscoped("test").filter(product=product)
    rows.update(state="suspended", reason="答非所问")
    page = said(admin, where)
    assert "产品不能用" in page and "答非所问" in page and ADDRESS not in page
    services.end_adoption(
        actor=shelf.cast.actor("other_admin"),
        adoption_id=queries.adoption_at(shelf.cast.actor("other_admin"), version.resource_id)[0].id,
        why="产品停用了",
    )
    with pytest.raises(UserError, match="不能选用"):
        shelf.adopt(version)


def test_a_teacher_tries_a_model_of_the_shelf_in_a_lab(shelf: Shelf) -> None:
    version = shelf.publish(shelf.approved(offered(shelf)))
    teacher, where = shelf.cast.client("teacher"), f"/labs/python/try/?model={version.id}"
    assert where in said(teacher, f"/resources/{version.resource_id}/")
    page = said(teacher, where)
    assert f"“{TREE['name']}”从应用超市带进来了" in page
    data = json.loads(page.split('id="page-data" type="application/json">')[1].split("</script>")[0])
    assert [one["name"] for one in data["models"]] == [TREE["name"]] and data["mode"] == "try"
    for wrong in (uuid4(), "no-number"):
        assert teacher.get(f"/labs/python/try/?model={wrong}").status_code == 404
    assert shelf.cast.client("guardian").get(where).status_code in {403, 404}
    ResourceVersion.objects.unscoped("test").filter(id=version.id).update(model=TREE | {"name": "换过的"})
    assert teacher.get(where).status_code == 404
    endpoint = shelf.version(
        services.offer_tool(
            actor=shelf.cast.actor("teacher"),
            school_id=shelf.cast.school.id,
            address="https://trees.example.org/",
            card=CARD,
        )
    )
    assert teacher.get(f"/labs/python/try/?model={endpoint.id}").status_code == 404
