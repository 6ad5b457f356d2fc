"""The gate against PostgreSQL: filing, checking, changing, and that what changed is served no more."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.conf import settings

from qiming.assurance import queries, services, testing
from qiming.assurance.models import ProductVersion, Signal
from qiming.assurance.queries import subjects
from qiming.assurance.rules import filing
from qiming.casework.services import load_workflows
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.registry import queries as registry
from qiming.registry import testing as people
from qiming.registry.testing import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    made = people.cast(pupils=1)
    load_workflows(settings.CONTENT_ROOT)
    return made


def test_a_company_stands_outside_the_tree(cast: Cast) -> None:
    assert cast.vendor is not None
    assert cast.vendor.path != cast.city.path and not cast.vendor.path.startswith(cast.city.path)
    assert registry.children(cast.city.id) and cast.vendor not in registry.children(cast.city.id)
    # It goes by the city's school days.
    day = time.today()
    assert registry.school_days_after(cast.vendor.id, day, 5) == registry.school_days_after(
        cast.city.id, day, 5
    )


def test_only_a_company_files_and_only_for_itself(cast: Cast) -> None:
    assert cast.vendor
    for who in ("teacher", "admin", "city_officer", "head"):
        with pytest.raises(Denied):
            services.register_product(actor=cast.actor(who), vendor_id=cast.vendor.id, facts=testing.facts())
    with pytest.raises(Denied):
        services.register_product(actor=cast.actor("vendor"), vendor_id=cast.school.id, facts=testing.facts())


def test_an_admitted_product_serves_until_its_launch_is_another(cast: Cast) -> None:
    assert cast.vendor
    product = testing.admitted(cast.actor("vendor"), cast.vendor.id)
    assert queries.may_serve(product.id, stage="junior", functions=frozenset({"chat"}))
    assert queries.standing(product.id).verdict == "admitted"
    assert not queries.may_serve(product.id, stage="primary")
    assert [ref.id for ref, _ in queries.admitted_products()] == [product.id]
    product.launch = {**product.launch, "url": "https://other.example.com/"}
    product.save()
    assert queries.standing(product.id).verdict == "retest"
    assert "复测" in queries.may_serve(product.id, stage="junior").reason
    assert queries.admitted_products() == []


def test_nothing_is_known_of_what_does_not_exist(cast: Cast) -> None:
    assert not queries.may_serve(uuid4(), stage="junior")
    with pytest.raises(Denied):
        queries.standing(uuid4())


def test_launches_are_counted_and_limited(cast: Cast) -> None:
    assert cast.vendor
    limited = replace(testing.OPEN, daily_launches=2)
    product = testing.admitted(cast.actor("vendor"), cast.vendor.id, limited)
    version = ProductVersion.objects.unscoped("test").get(product=product)
    for _ in range(2):
        assert queries.may_serve(product.id, stage="junior")
        services.note_launch(product.id, version.id, cast.school.path, "junior", "x", ("answers",))
    assert "上限" in queries.may_serve(product.id, stage="junior").reason
    kept = Signal.objects.unscoped("test").values_list("kind", "count")
    assert sorted(kept) == [("data", 2), ("use", 2)]


def test_subjects_are_the_platforms_keys_and_words_of_before_find_theirs(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subjects, "_TELLERS", [_told])
    assert queries.subject_keys(["ai", "*"]) == {"ai", "*"}
    assert queries.subject_keys(["人工智能", "通用", "手工艺"]) == {"ai", "*", "手工艺"}
    assert queries.subject_words({"wood"}) == "木工" and queries.subject_words({"*", "ai"}) == "各学科通用"
    assert ("wood", "木工") in queries.subject_choices() and ("*", "各学科通用") in queries.subject_choices()
    assert cast.vendor
    said = replace(testing.OPEN, subjects=frozenset({"人工智能", "手工艺"}))
    product = testing.admitted(cast.actor("vendor"), cast.vendor.id, said)
    assert queries.may_serve(product.id, stage="junior", subject="ai")
    for other in ("wood", "math"):
        assert "学科" in queries.may_serve(product.id, stage="junior", subject=other).reason


def _told() -> dict[str, str]:
    return {"wood": "木工"}


@pytest.mark.parametrize(
    ("words", "said"),
    [((), "请选学科"), (("信息科技",), "平台没有“信息科技”这门学科"), (("ai",), ""), (("*",), "")],
)
def test_a_subject_nobody_has_lessons_of_cannot_be_sent_in(words: tuple[str, ...], said: str) -> None:
    found = [one for one in filing.faults(testing.facts(subjects=words), {"ai"}) if "学科" in one]
    assert "".join(found).startswith(said) and bool(found) is bool(said)
