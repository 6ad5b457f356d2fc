"""A city that calls, a head who applies, three experts, a panel."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from qiming.casework import queries as casework
from qiming.casework import services as cases
from qiming.casework.models import Case, ReviewSheet
from qiming.casework.testing import give_duty
from qiming.casework.types import Moved, Proof, ReviewState
from qiming.kernel import time
from qiming.programmes import services
from qiming.programmes.models import Application
from qiming.programmes.queries.kinds import programme
from qiming.programmes.types import Quota, Terms
from qiming.registry import testing
from qiming.registry.testing import Cast

PROMISE = [Proof.of_words("promise", "承诺", "都是真的")]
EXPERTS = ("other_admin", "other_teacher", "city_officer")


@dataclass
class Scene:
    cast: Cast

    def call(self, key: str = "case_collection", **more: int) -> UUID:
        today = time.today()
        what = programme(key)
        given = Terms(
            today, today + timedelta(days=what.open_days), Quota(more.get("total", 2)), more.get("most")
        )
        return services.open_call(
            actor=self.cast.actor("city_officer"), key=key, title=f"{what.title}（测试）", terms=given
        )

    def begin(self, call: UUID, key: str = "case_collection", **more: str) -> UUID:
        what = programme(key)
        form = services.Form(
            more.get("title", "食堂里的分类器"),
            "junior",
            "class" if what.asks_scenario else "",
            {one.key: "我们把食堂的照片分成了四类。" for one in what.words},
        )
        return services.begin(
            actor=self.cast.actor("head"), call_id=call, school_id=self.cast.school.id, form=form
        )

    def row(self, application: UUID) -> Application:
        return Application.objects.unscoped("test").get(id=application)

    def case(self, application: UUID) -> Case:
        return casework.follow_case([application])[application]

    def move(self, application: UUID, who: str, step: str, reason: str = "看过", **more: object) -> Moved:
        return cases.move(
            actor=self.cast.actor(who) if who else None,
            case_id=self.case(application).id,
            transition=step,
            reason=reason,
            **more,  # type: ignore[arg-type]  # the service's own words
        )

    def reviewed(self, application: UUID, step: str = "recommend_practice") -> None:
        self.move(application, "head", "submit", evidence=PROMISE)
        self.move(application, "district_officer", "check")
        self.move(application, "district_officer", step)

    def hand_in(self, application: UUID, share: int = 9, most: int = 9) -> int:
        case = self.case(application)
        asked = ReviewSheet.objects.unscoped("test").filter(case=case, state=ReviewState.ASKED)
        found = list(asked.order_by("id")[:most])
        for sheet in found:
            who = next(name for name, person in self.cast.people.items() if person == sheet.person_id)
            criteria = casework.workflow_of(case.workflow_id).reviews[sheet.review].criteria
            cases.hand_in(
                actor=self.cast.actor(who),
                sheet_id=sheet.id,
                points={one.key: one.most * share // 10 for one in criteria},
                notes={one.key: "有根据" for one in criteria},
                verdict="accept",
                advice="写得清楚",
            )
        return len(found)


@pytest.fixture
def scene(db: None) -> Scene:
    cast = testing.cast(1)
    cases.load_workflows(Path(settings.CONTENT_ROOT))
    for who in EXPERTS:
        give_duty(cast.people[who], "programme_expert", cast.city.path)
    give_duty(cast.people["other_admin"], "programme_panel", cast.city.path)
    return Scene(cast)
