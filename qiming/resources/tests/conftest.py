"""A school with its own version of a lesson, and everybody whom a resource has to pass."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from qiming.casework import queries as case_queries
from qiming.casework import services as cases
from qiming.casework.models import Case, ReviewSheet
from qiming.casework.testing import give_duty
from qiming.casework.types import Proof, ReviewState
from qiming.credentials.services import load_achievements
from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring import services as authoring
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.services import sync_content
from qiming.curriculum.tests.conftest import FIXTURE, ROOT, forget_cached_versions
from qiming.registry import testing
from qiming.registry.testing import Cast
from qiming.resources import services
from qiming.resources.models import Resource, ResourceVersion
from qiming.resources.types import Card

__all__ = ["forget_cached_versions"]

Q1 = "item/t7l1-q01"
CARD = Card(
    title="垃圾分类的数据课",
    says="用本校食堂的照片教训练集和测试集。",
    stage="junior",
    subject="人工智能",
    area="learn",
    licence="cc-by-4.0",
    ai_share=10,
    ai_says="两道题的干扰项由大模型起草，老师改过。",
    accessibility="图都有文字说明。",
    data_needs="不用学生数据",
    cost="没有",
)
GIVEN = [
    Proof.of_words("self_review", "七项自审", "都看过"),
    Proof.of_words("commitment", "承诺", "内容真实"),
]
POINTS = {
    "political": 9,
    "guiding": 9,
    "scientific": 18,
    "fitting": 18,
    "regular": 13,
    "timely": 13,
    "public": 9,
}
NOTES = dict.fromkeys(POINTS, "看过，合适")


@dataclass
class Shelf:
    """The cast, the school's course version, and the way of a resource from hand to hand."""

    cast: Cast
    fork: LessonFork
    course_version_id: UUID

    def offer(self, card: Card = CARD, **more: UUID) -> ResourceVersion:
        version_id = services.offer_pack(
            actor=self.cast.teacher,
            course_version_id=more.pop("course_version_id", self.course_version_id),
            card=card,
            **more,
        )
        return self.version(version_id)

    def version(self, version_id: UUID) -> ResourceVersion:
        rows = ResourceVersion.objects.unscoped("test").select_related("resource")
        return rows.get(id=version_id)

    def resource(self, version: ResourceVersion) -> Resource:
        return Resource.objects.unscoped("test").get(id=version.resource_id)

    def case(self, version: ResourceVersion) -> Case:
        assert version.case_id
        return Case.objects.unscoped("test").get(id=version.case_id)

    def move(self, version: ResourceVersion, who: str, step: str, **more: object) -> ResourceVersion:
        assert version.case_id
        cases.move(
            actor=self.cast.actor(who),
            case_id=version.case_id,
            transition=step,
            **more,  # type: ignore[arg-type]  # the service's own words
        )
        return self.version(version.id)

    def submit(self, version: ResourceVersion) -> ResourceVersion:
        return self.move(version, "head", "submit", evidence=GIVEN)

    def screened(self, version: ResourceVersion) -> ResourceVersion:
        assert services.screen(self.submit(version).id)
        return self.version(version.id)

    def hand_in(
        self, version: ResourceVersion, points: dict[str, int] | None = None, verdict: str = "accept"
    ) -> int:
        """Everybody who was asked hands in, with most of the points; returns how many did."""
        case = self.case(version)
        workflow = case_queries.workflow_of(case.workflow_id)
        asked = list(ReviewSheet.objects.unscoped("test").filter(case=case, state=ReviewState.ASKED))
        for sheet in asked:
            who = next(name for name, person in self.cast.people.items() if person == sheet.person_id)
            criteria = workflow.reviews[sheet.review].criteria
            given = points or {one.key: one.most * 9 // 10 for one in criteria}
            cases.hand_in(
                actor=self.cast.actor(who),
                sheet_id=sheet.id,
                points=given,
                notes={one.key: "看过，合适" for one in criteria},
                verdict=verdict,
            )
        return len(asked)

    def reviewed(self, version: ResourceVersion) -> ResourceVersion:
        """Both reviewers are for it; of small changes the one."""
        assert self.hand_in(version) == (1 if version.state == "light_review" else 2)
        return self.version(version.id)

    def approved(self, version: ResourceVersion) -> ResourceVersion:
        version = self.screened(version)
        step = "approve_changes" if version.state == "light_review" else "approve"
        return self.move(self.reviewed(version), "district_officer", step)

    def publish(self, version: ResourceVersion) -> ResourceVersion:
        note = [Proof.of_words("release_note", "上线说明", "第一次上线")]
        return self.move(version, "city_officer", "publish", evidence=note)

    def published(self) -> ResourceVersion:
        return self.publish(self.approved(self.offer()))

    def next_course(self, stem: str) -> UUID:
        """The school changes its lesson once more and publishes it."""
        fork = LessonFork.objects.unscoped("test").get(id=self.fork.id)
        before = fork.parts[Q1]
        authoring.save_block(
            actor=self.cast.teacher, fork_id=fork.id, place=Q1, base=before, mine={**before, "stem": stem}
        )
        return publish(self.cast, fork)

    def adopt(self, version: ResourceVersion) -> UUID:
        return services.adopt(
            actor=self.cast.actor("other_admin"),
            resource_id=version.resource_id,
            place_id=self.cast.other_school.id,
            minutes="11月3日校务会商量，适合七年级。",
        )


def publish(cast: Cast, fork: LessonFork) -> UUID:
    revision = LessonFork.objects.unscoped("test").get(id=fork.id).revision
    done = authoring.publish(actor=cast.teacher, fork_id=fork.id, revision=revision, offering_ids=[])
    return done.version.lesson_version.course_version_id


def build(folder: Path) -> Shelf:
    """Everybody with their duties, and a lesson the school has changed; `folder` takes a copy of the tiny content."""
    shutil.copytree(FIXTURE, folder)
    shutil.copytree(ROOT / "content" / "schemas", folder / "schemas")
    cast = testing.cast(1)
    cases.load_workflows(Path(settings.CONTENT_ROOT))
    load_achievements(Path(settings.CONTENT_ROOT))
    assert sync_content(folder, labs=ROOT / "web" / "labs").ok
    course = curriculum.current_course("g7-tiny")
    assert course
    fork = authoring.start_fork(actor=cast.teacher, lesson_version_id=course.lessons[0].id)
    for who, duty, path in (
        ("head", "provider_reviewer", cast.school.path),
        ("city_officer", "subject_reviewer", cast.city.path),
        ("other_admin", "subject_reviewer", cast.city.path),
        ("district_officer", "dispatcher", cast.city.path),
        ("district_officer", "safety_officer", cast.city.path),
        ("city_officer", "releaser", cast.city.path),
    ):
        give_duty(cast.people[who], duty, path)
    return Shelf(cast, fork, publish(cast, fork))


class _Undo(Exception):
    """Ends the outer transaction without keeping anything."""


@pytest.fixture(scope="module")
def standing_shelf(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shelf]:
    """Made once for all tests of a module and undone after the last of them."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield build(tmp_path_factory.mktemp("shelf") / "content")
                raise _Undo
        except _Undo:
            pass


@pytest.fixture
def shelf(standing_shelf: Shelf, db: None) -> Shelf:
    """The module's shelf; what a test changes is undone after it."""
    return standing_shelf
