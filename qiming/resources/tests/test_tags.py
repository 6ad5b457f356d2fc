"""Concepts proposed by the words, confirmed by a person; the shelf narrowed by what is taught and by scenario."""

import re
from dataclasses import replace

import pytest

from qiming.curriculum.models import Concept
from qiming.kernel.errors import UserError
from qiming.resources import queries, services
from qiming.resources.models import ResourceVersion
from qiming.resources.queries.scenarios import scenario_words, scenarios
from qiming.resources.rules.tags import Tag, suggest
from qiming.resources.tests.conftest import CARD, Shelf
from qiming.resources.tests.test_pages import CARD_DATA

CONCEPTS = [("c1", "训练集与测试集"), ("c2", "决策树"), ("c3", "偏差"), ("c4", "AI 的伦理")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("用食堂照片教训练集", [Tag("c1", "训练集与测试集", "介绍里有“训练集”")]),
        ("画一棵决策树", [Tag("c2", "决策树", "介绍里有“决策树”")]),
        ("偏差有多大", [Tag("c3", "偏差", "介绍里有“偏差”")]),
        ("ＡＩ的伦理", [Tag("c4", "AI 的伦理", "介绍里有“ai的伦理”")]),
        ("训练和测试", []),
    ],
)
def test_words_propose_concepts_and_say_why(text: str, found: list[Tag]) -> None:
    assert suggest([("介绍", text)], CONCEPTS) == found
    assert suggest([("介绍", text)], CONCEPTS, known=[one.key for one in found]) == []


def test_no_more_are_proposed_than_one_reads() -> None:
    many = [(f"c{n:02}", f"概念{n:02}") for n in range(40)]
    assert len(suggest([("介绍", "".join(title for _, title in many))], many)) == 8


def concept() -> Concept:
    return Concept.objects.get(key="c051")


def test_a_concept_is_proposed_on_the_page_and_set_only_by_a_tick(shelf: Shelf) -> None:
    row, client, url = concept(), shelf.cast.client("teacher"), "/resources/offer/tool/"
    given = {
        **CARD_DATA,
        "stage": row.stage,
        "says": f"练习{row.title}。",
        "address": "https://t.example.org/",
    }
    asked = client.post(url, {**given, "suggest": "1"})
    page = asked.content.decode()
    assert asked.status_code == 200 and given["says"] in page
    assert f'value="{row.key}"' in page and "介绍里有" in page
    assert not re.search(f'value="{row.key}"[^>]*checked', page)
    assert "还没有送出" in page
    later = client.post(url, {**given, "stage": "senior", "suggest": "1"}).content.decode()
    assert f'value="{row.key}"' in later  # what was taught before is taught again
    nothing = {"title": "手工", "says": "无", "suggest": "1"}
    assert "没有找到对得上的概念" in client.post(url, {**given, **nothing}).content.decode()
    assert not ResourceVersion.objects.unscoped("test").exists()
    client.post(url, given)
    first = ResourceVersion.objects.unscoped("test").get()
    assert "teaches" not in first.card
    assert (
        client.post(url, {**given, "address": "https://t2.example.org/", "teaches": row.key}).status_code
        == 302
    )
    second = ResourceVersion.objects.unscoped("test").order_by("-id").first()
    assert second and second.card["teaches"] == [row.key]
    wrong = client.post(url, {**given, "address": "https://t3.example.org/", "teaches": "c999"})
    assert wrong.status_code in (302, 422)
    assert "c999" not in str(list(ResourceVersion.objects.unscoped("test").values_list("card", flat=True)))


def test_a_concept_or_scenario_that_is_not_there_is_refused(shelf: Shelf) -> None:
    for card in (replace(CARD, teaches=("c999",)), replace(CARD, scenario="moon")):
        with pytest.raises(UserError) as refused:
            shelf.offer(card)
        assert refused.value.field in ("teaches", "scenario")


def test_the_shelf_is_narrowed_by_what_is_taught_and_by_scenario(shelf: Shelf) -> None:
    row, key = concept(), next(iter(scenarios()))
    version_id = services.offer_tool(
        actor=shelf.cast.teacher,
        school_id=shelf.cast.school.id,
        address="https://t.example.org/",
        card=replace(CARD, teaches=(row.key,), scenario=key),
    )
    tool = shelf.publish(shelf.approved(shelf.version(version_id)))
    pack = shelf.published()
    admin = shelf.cast.actor("other_admin")
    assert shelf.resource(pack).outcomes == ["own-j-01"]  # the syllabus names the pack's lesson
    assert shelf.resource(pack).teaches == ["c052"]
    both = queries.shelf(admin)
    assert both.total == 2
    assert [(one.value, one.count) for one in both.facets["scenario"]] == [(key, 1), ("", 1)]
    found = queries.shelf(admin, chosen={"concept": [row.key]})
    assert [one.id for one in found.lines] == [tool.resource_id] and found.total == 1
    assert {one.value for one in found.facets["kind"]} == {"tool"}
    assert [one.id for one in queries.shelf(admin, chosen={"outcome": ["own-j-01"]}).lines] == [
        pack.resource_id
    ]
    assert queries.shelf(admin, chosen={"outcome": ["nothing"], "scenario": ["moon"]}).total == 0
    assert [one.id for one in queries.shelf(admin, chosen={"scenario": [key]}).lines] == [tool.resource_id]
    client = shelf.cast.client("other_admin")
    page = client.get(f"/resources/?concept={row.key}&stage=junior&outcome=nothing").content.decode()
    assert row.title in page and 'name="concept"' in page
    for name in ("concept", "outcome", "kind", "scenario"):
        assert client.get(f"/resources/?{name}=%00").status_code == 200
    assert scenario_words(key) in client.get(f"/resources/{tool.resource_id}/").content.decode()


def test_a_shelf_without_scenarios_shows_no_such_facet(shelf: Shelf) -> None:
    shelf.published()
    assert queries.shelf(shelf.cast.actor("other_admin")).facets["scenario"] == []
    assert scenario_words("moon") == "moon" and scenario_words("") == "没有归类"
    assert len(scenarios()) == 5
