"""Every lab there is runs on its own: data of its kind, settings and goals its manifest allows, words for the shelf."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from jsonschema import Draft202012Validator

from qiming.curriculum.rules.manifests import kinds_of_data
from qiming.kernel.access import Denied
from qiming.learning.labs import catalogue
from qiming.registry.types import Stage

LABS = sorted(path.parent.name for path in Path(settings.LABS_ROOT).glob("*/manifest.json"))


def manifest(lab: str) -> dict[str, Any]:
    return dict(json.loads((Path(settings.LABS_ROOT) / lab / "manifest.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_runs_on_its_own(lab: str) -> None:
    card, said = catalogue.lab(lab), manifest(lab)
    for stage in (*card.stages, None):
        spec = card.spec(stage)
        Draft202012Validator(said["settings"]).validate(spec["settings"])
        assert spec["id"] == lab and spec["hints"] == []
        for goal in spec["goals"]:
            parameters = {name: value for name, value in goal.items() if name not in ("goal", "text")}
            Draft202012Validator(said["goals"][goal["goal"]]["parameters"]).validate(parameters)
            assert goal["text"]
    assert card.stages and len(card.short) >= 8 and card.teaches and card.for_teacher
    if card.free["dataset"]:
        path = Path(settings.CONTENT_ROOT) / "datasets" / card.free["dataset"] / "dataset.yaml"
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["kind"] in kinds_of_data(said)


def test_a_stage_sees_the_labs_made_for_it() -> None:
    assert {card.id for card in catalogue.labs_for(None)} == set(LABS)
    primary = {card.id for card in catalogue.labs_for(Stage.PRIMARY)}
    senior = {card.id for card in catalogue.labs_for(Stage.SENIOR)}
    assert "python" in senior - primary and "maze" in primary & senior


def test_a_lab_with_levels_takes_the_pupils(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "levelled").mkdir()
    said = {
        "id": "levelled", "title": "有级别", "kind": "nothing-of-this-kind", "what_it_teaches": "第一句。第二句。",
        "settings": {"properties": {"level": {"enum": ["primary", "junior"]}}},
    }  # fmt: skip
    (tmp_path / "levelled" / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    settings.LABS_ROOT = tmp_path
    catalogue._cards.cache_clear()
    try:
        card = catalogue.lab("levelled")
        assert card.short == "第一句。" and card.stages == (Stage.PRIMARY, Stage.JUNIOR)
        assert (
            card.spec(Stage.PRIMARY)["settings"] == {"level": "primary"} and card.spec(None)["settings"] == {}
        )
        assert card.spec(None)["goals"] == [] and card.spec(None)["dataset"] == ""
    finally:
        catalogue._cards.cache_clear()


@pytest.mark.parametrize("name", ["", "no-such-lab", "../points", "points/../maze"])
def test_a_lab_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(Denied):
        catalogue.lab(name)


@pytest.mark.parametrize(
    ("grade", "stage"), [(1, Stage.PRIMARY), (6, Stage.PRIMARY), (7, Stage.JUNIOR), (12, Stage.SENIOR), (None, None)]
)  # fmt: skip
def test_the_stage_of_a_grade(grade: int | None, stage: Stage | None) -> None:
    assert catalogue.stage_of(grade) is stage


def test_pictures_are_plain_drawings() -> None:
    for path in Path(settings.LABS_ROOT).glob("*/picture.svg"):
        svg = path.read_text(encoding="utf-8")
        assert svg.startswith("<svg ") and "<script" not in svg and "href" not in svg and " on" not in svg
        assert 'aria-hidden="true"' in svg and len(svg) < 3000
