"""A school on its way to using a product, for the tests of launching."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from qiming.assurance import testing as gate
from qiming.assurance.admission import ANY, Conditions, Facts
from qiming.assurance.models import Product, ProductVersion
from qiming.assurance.rules.standing import version_hash
from qiming.casework import services as cases
from qiming.kernel import time
from qiming.registry import testing
from qiming.registry.testing import Cast
from qiming.resources.launching import services
from qiming.resources.launching.models import ToolAdoption
from qiming.resources.launching.types import Limits, Need

LESSON = "t7l1"
OPEN = Conditions(
    stages=frozenset({"junior"}),
    subjects=frozenset({ANY}),
    data_scopes=frozenset({"answers"}),
)
PLAIN = {"data_map": ()}
MINUTES = services.Minutes("11月20日校务会，7人到会，都同意：只在人工智能课上用。")


@dataclass
class Scene:
    """The cast, a product that is admitted, and how far the school has come with it."""

    cast: Cast
    product: Product

    def ask(self) -> ToolAdoption:
        need = Need(self.cast.klass.id, "第1课", "练习向机器提问", "同桌两人互相提问，用纸写下来")
        made = services.ask(actor=self.cast.teacher, product_id=self.product.id, need=need)
        return self.adoption(made)

    def adoption(self, adoption_id: UUID) -> ToolAdoption:
        return ToolAdoption.objects.unscoped("test").get(id=adoption_id)

    def decide(self, one: ToolAdoption, limits: Limits = Limits()) -> ToolAdoption:  # noqa: B008 - frozen
        services.decide_for_school(
            actor=self.cast.actor("head"), adoption_id=one.id, minutes=MINUTES, limits=limits
        )
        return self.adoption(one.id)

    def file(self, one: ToolAdoption, limits: Limits = Limits()) -> ToolAdoption:  # noqa: B008 - frozen
        services.file(actor=self.cast.actor("district_officer"), adoption_id=one.id, limits=limits)
        return self.adoption(one.id)

    def enable(self, one: ToolAdoption, days: int = 20, classes: Iterable[UUID] = ()) -> ToolAdoption:
        services.enable(
            actor=self.cast.admin,
            adoption_id=one.id,
            class_ids=list(classes) or [self.cast.klass.id],
            until=time.today() + timedelta(days=days),
        )
        return self.adoption(one.id)

    def place(self, lesson_key: str = LESSON) -> UUID:
        return services.place(
            actor=self.cast.teacher,
            product_id=self.product.id,
            class_id=self.cast.klass.id,
            lesson_key=lesson_key,
            instead="同桌互相提问",
            task="问它三个问题",
        )

    def in_use(self, limits: Limits = Limits()) -> ToolAdoption:  # noqa: B008 - frozen
        """Asked, decided, filed, enabled and placed."""
        one = self.enable(self.file(self.decide(self.ask(), limits)))
        self.place()
        return one

    def takes(self, *scopes: str) -> None:
        """The product as one that takes such data of pupils, and may."""
        version = ProductVersion.objects.unscoped("test").get(product=self.product)
        taken = [{"scope": one, "why": "判断想到哪一步", "where": "本市", "keep_days": 30} for one in scopes]
        version.facts = {**version.facts, "data_map": taken}
        version.content_hash = version_hash(Facts.of(version.facts))
        version.conditions = replace(OPEN, data_scopes=frozenset(scopes)).as_json()
        version.save()

    def stop_product(self, state: str = "suspended", why: str = "答非所问") -> None:
        """The gate stops it, by rows alone."""
        rows = ProductVersion.objects.unscoped("test").filter(product=self.product)
        rows.update(state=state, reason=why)


def build(conditions: Conditions = OPEN, **facts: object) -> Scene:
    """A city with a school and an admitted product."""
    cast = testing.cast(2)
    cases.load_workflows(Path(settings.CONTENT_ROOT))
    assert cast.vendor
    product = gate.admitted(cast.actor("vendor"), cast.vendor.id, conditions, **facts)
    return Scene(cast, product)
