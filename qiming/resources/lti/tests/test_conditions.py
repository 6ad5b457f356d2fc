"""What a tool hears of the conditions: functions off and data kept back by name; what is kept back is not in what it gets."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from qiming.kernel import time
from qiming.records.models import Statement
from qiming.resources.lti import sealing
from qiming.resources.lti.models import LtiLink, LtiToken
from qiming.resources.lti.protocol import claims, conditions, rosters
from qiming.resources.lti.protocol.grades import Score
from qiming.resources.lti.protocol.names import CONTEXT, CUSTOM, GRADE, MEMBERS, Plain
from qiming.resources.lti.protocol.refusals import Refused
from qiming.resources.lti.services import telling
from qiming.resources.lti.services.scores import receive
from qiming.resources.lti.tests.conftest import Scene
from qiming.resources.lti.tests.test_protocol import said
from qiming.resources.lti.tests.test_refusals import begun

NONE: frozenset[str] = frozenset()
LEAST = frozenset({"pseudonym", "grade", "class"})


@pytest.mark.parametrize(
    ("allowed", "label", "grade"),
    [
        (LEAST, "七年级（3）班", 7),
        (LEAST - {"grade"}, "七年级（3）班", None),
        (LEAST - {"class"}, "", 7),
        (NONE, "", None),
    ],
)
def test_what_is_kept_back_stands_nowhere(allowed: frozenset[str], label: str, grade: int | None) -> None:
    told = conditions.told_of("七年级（3）班", 7, allowed)
    assert (told.label, told.grade) == (label, grade)
    custom = (("a", "$Context.label"),)
    launch = claims.launch(
        said(class_label=told.label, grade=told.grade), claims.Placed("l", "t", custom), claims.Services()
    )
    members = rosters.container("u", "c-1", told.label, told.grade, [rosters.Member("p-1", is_teacher=False)])
    for text in (json.dumps(launch, ensure_ascii=False), json.dumps(members, ensure_ascii=False)):
        assert ("（3）班" in text) is bool(label) and (GRADE in text) is (grade is not None)
    assert launch[CUSTOM]["a"] == (label or "$Context.label"), "not told: as it was written"


def test_nobody_else_writes_under_the_platforms_names() -> None:
    written = [["exercise", "plus"], ["exercise", "times"], ["Qiming_functions_off", ""], [" qiming_x", "1"]]
    told = dict(conditions.custom(written, frozenset({"voice", "image"}), LEAST, frozenset({"answers"})))
    assert told == {
        "exercise": "times",
        "qiming_functions_off": "image,voice",
        "qiming_data_allowed": "class,grade,pseudonym",
        "qiming_data_kept_back": "answers",
    }


def launched(scene: Scene) -> Plain:
    """The claims with which a pupil's browser opens the tool."""
    client = scene.cast.pupil_client(0)
    page = client.get("/lti/authorize", begun(scene, client)).content.decode()
    found = re.search(r'name="id_token" value="([^"]+)"', page)
    assert found, page
    body = found[1].split(".")[1]
    told: Plain = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return told


def test_a_launch_and_the_members_keep_to_the_conditions(scene: Scene) -> None:
    LtiLink.objects.unscoped("test").filter(id=scene.link.id).update(
        custom=[["exercise", "times"], ["qiming_functions_off", "nothing"]]
    )
    scene.gate.functions_off, scene.gate.kept_back = frozenset({"image"}), frozenset({"answers", "grade"})
    scene.gate.told = LEAST - {"grade"}
    told = launched(scene)
    assert told[CUSTOM] == {
        "exercise": "times",
        "qiming_functions_off": "image",
        "qiming_data_allowed": "class,pseudonym",
        "qiming_data_kept_back": "answers,grade",
    }
    assert GRADE not in told[CONTEXT] and told["sub"] == scene.pseudonym(scene.cast.pupils[0].id)
    LtiToken.objects.create(
        tool=scene.tool,
        secret_sha256=sealing.digest("t"),
        scopes=[MEMBERS],
        expires_at=time.now() + timedelta(hours=1),
    )
    asking: Any = {"headers": {"Authorization": "Bearer t"}}
    body = Client().get(f"/lti/links/{scene.link.id}/members", **asking).json()
    assert body["members"] and GRADE not in json.dumps(body) and body["context"]["label"]


# -- scores as acts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "most", "scaled"),
    [(7, 10, 0.7), (12, 10, 1.0), (0, 10, 0.0), (None, 10, None), (7, None, None), (7, 0, None)],
)
def test_a_score_on_the_scale_of_statements(
    given: float | None, most: float | None, scaled: float | None
) -> None:
    assert telling.scaled(given, most) == scaled


def send(scene: Scene, given: float, minutes: int, **more: Any) -> None:
    said = {"activity": "Completed", "grading": "FullyGraded", "comment": "<b>好</b>"} | more
    pupil = scene.cast.pupils[0]
    at = time.now() + timedelta(minutes=minutes)
    score = Score(subject=scene.pseudonym(pupil.id), given=given, max_score=10.0, at=at, **said)
    receive(scene.tool, scene.link.id, scene.line.id, score)


def test_a_shown_score_is_one_statement(scene: Scene) -> None:
    rows = Statement.objects.unscoped("test").filter(actor_person=scene.cast.pupils[0].id)
    before = rows.count()
    send(scene, 7, -5)
    (one,) = rows.order_by("-id")[: rows.count() - before]
    assert (one.verb, one.object_kind, one.scope_path) == ("scored", "activity", scene.cast.klass.path)
    assert one.raw["result"] == {"score": {"scaled": 0.7}, "completion": True}
    assert "好" not in json.dumps(one.raw, ensure_ascii=False)
    with pytest.raises(Refused):
        send(scene, 9, -9)  # older than what is there: kept, not shown, no act
    assert rows.count() == before + 1
    send(scene, 8, -2, grading="Pending", activity="InProgress")
    last = rows.order_by("-id")[0]
    assert last.raw["result"] == {"completion": False}, "not graded yet: no score"
