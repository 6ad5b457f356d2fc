"""Synthetic rows for the shelf's benchmark: resources with versions, cases with reviews. Nothing in them is real."""

import random
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from qiming.casework import services as casework
from qiming.casework.models import Case, ReviewSheet, Workflow
from qiming.casework.testing import give_duty
from qiming.curriculum.search.words import tokens
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.registry import testing
from qiming.resources.models import Resource
from qiming.resources.types import Area, Kind

WHAT = ("训练集", "决策树", "机器怎样看图", "语言模型", "特征", "偏差", "强化学习", "数据", "聚类", "提示词")
HOW = ("先猜再看", "动手试", "分组做", "不插电", "画出来", "说给同桌听", "校园里的", "一课时的")
WHERE = ("食堂", "操场", "图书馆", "菜园", "公交车", "天气", "垃圾分类", "诗词")
SUBJECTS = ("人工智能", "数学", "科学", "信息科技", "语文")
STAGES = ("primary", "junior", "senior")
SCENARIOS = ("", "class", "study", "feedback", "growth", "school")
CONCEPTS = tuple(f"synthetic-concept-{number}" for number in range(200))
OUTCOMES = tuple(f"synthetic.outcome.{number}" for number in range(600))
STATES = (("self_review", "provider_reviewer"), ("approved", "releaser"), ("suspended", "safety_officer"))
TEXTS = 4000  # different cards; the rest repeat them
BATCH = 2000


@dataclass(frozen=True)
class Scene:
    teacher: Actor
    dispatcher: Actor
    reviewer: Actor


def seed(*, resources: int, versions: int, cases: int) -> Scene:
    """Fill the scratch database."""
    casework.load_workflows(settings.CONTENT_ROOT)
    cast = testing.cast(1)
    for who, duty in (("district_officer", "dispatcher"), ("city_officer", "subject_reviewer")):
        give_duty(cast.people[who], duty, cast.city.path)
    _resources(cast.school.path, resources)
    _versions(versions)
    _cases(cast, cases)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Scene(cast.actor("other_teacher"), cast.actor("district_officer"), cast.actor("city_officer"))


def _resources(path: str, count: int) -> None:
    dice = random.Random(7)
    cards = []
    for _ in range(TEXTS):
        title = f"{dice.choice(HOW)}：{dice.choice(WHERE)}里的{dice.choice(WHAT)}"
        says = "，".join(dice.sample([*HOW, *WHERE, *WHAT], 9)) + "。合成。"
        cards.append((title, says, sorted(set(tokens(title))), sorted(set(tokens(says)))))
    kinds, areas = list(Kind), list(Area)
    now, person = time.now(), new_id()
    for start in range(0, count, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, count)):
            title, says, _, _ = cards[number % TEXTS]
            rows.append(
                Resource(
                    scope_path=path,
                    kind=dice.choice(kinds),
                    offered_by=person,
                    title=title,
                    says=says,
                    stage=dice.choice(STAGES),
                    subject=dice.choice(SUBJECTS),
                    area=dice.choice(areas),
                    scenario=dice.choice(SCENARIOS),
                    teaches=dice.sample(CONCEPTS, dice.randrange(6)),
                    outcomes=dice.sample(OUTCOMES, dice.randrange(9)),
                    on_shelf=True,
                    published_at=now - timedelta(minutes=number),
                )
            )
        Resource.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE card (title text, says text, words tsvector)")
        for title, says, strong, weak in cards:
            cursor.execute(
                "INSERT INTO card VALUES (%s, %s, setweight(array_to_tsvector(%s), 'A')"
                " || setweight(array_to_tsvector(%s), 'C'))",
                [title, says, strong, weak],
            )
        cursor.execute(
            "UPDATE resources_resource r SET words = c.words FROM card c WHERE c.title = r.title AND c.says = r.says"
        )


def _versions(each: int) -> None:
    """The last of each is served."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO resources_resourceversion (id, created_at, scope_path, resource_id, number, card, lessons,"
            " address, content_hash, fingerprint, approved_hash, report, made_by, state, is_served, published_at)"
            " SELECT gen_random_uuid(), r.created_at, r.scope_path, r.id, n,"
            " jsonb_build_object('title', r.title, 'says', r.says), '{}',"
            " 'https://tool.example.org/' || r.id || n, md5(r.id::text || n), md5(r.id::text || n),"
            " md5(r.id::text || n), '{}', r.offered_by, CASE WHEN n = %s THEN 'published' ELSE 'replaced' END,"
            " n = %s, r.published_at FROM resources_resource r CROSS JOIN generate_series(1, %s) n",
            [each, each, each],
        )


def _cases(cast: testing.Cast, count: int) -> None:
    """A third under review (half of those with all sheets in: the dispatcher's turn), the rest with other duties."""
    flow = Workflow.objects.get(key="resource", is_current=True)
    now, rows, sheets = time.now(), [], []
    for number in range(count):
        state, duty = STATES[number % len(STATES)] if number % 3 else ("in_review", "subject_reviewer")
        case = Case(
            id=new_id(),
            scope_path=cast.school.path,
            workflow=flow,
            kind="resource",
            title=f"合成的件{number}",
            applicant_id=cast.people["teacher"],
            office_path=cast.city.path,
            subject_id=new_id(),
            state=state,
            owner=f"duty:{duty}",
            owner_path="" if state == "in_review" else cast.city.path,
            entered_at=now,
            due_at=now + timedelta(minutes=number),
            seq=4,
        )
        rows.append(case)
        if state == "in_review":
            sheets += [
                _sheet(case, cast.people["city_officer"], is_in=number % 2 == 0),
                _sheet(case, new_id(), is_in=number % 2 == 0),
            ]
    Case.objects.bulk_create(rows, batch_size=BATCH)
    ReviewSheet.objects.bulk_create(sheets, batch_size=BATCH)


def _sheet(case: Case, person: UUID, *, is_in: bool) -> ReviewSheet:
    return ReviewSheet(
        scope_path=case.scope_path,
        case=case,
        review="content",
        round=1,
        person_id=person,
        state="locked" if is_in else "asked",
        verdict="accept" if is_in else "",
        locked_at=time.now() if is_in else None,
    )
