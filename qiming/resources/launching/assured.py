"""What the gate of the assurance room says about a product: asked at every launch, nothing is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qiming.assurance import queries as assurance
from qiming.assurance.admission import LEAST_SCOPES, Answer, Conditions, Standing, Verdict
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.resources.launching.types import Terms

SERVING = frozenset({Verdict.ADMITTED.value, Verdict.WATCH.value, Verdict.TRIAL.value})
_NO = Answer(False, "没有这个产品")


@dataclass(frozen=True, slots=True)
class Product:
    """A product as a school meets it. `wanted`: the data it takes by its own word, with what a
    launch carries; opening a web page carries nothing."""

    id: UUID
    title: str
    vendor: str
    says: str
    kind: str
    launch: Mapping[str, Any]
    functions: frozenset[str]
    wanted: frozenset[str]
    standing: Standing

    @property
    def conditions(self) -> Conditions:
        return self.standing.conditions

    @property
    def version_id(self) -> UUID | None:
        return self.standing.version_id


def product(product_id: UUID) -> Product:
    """One product with where it stands; `Denied` when there is none."""
    ref = assurance.product_ref(product_id)
    return Product(
        ref.id,
        ref.title,
        ref.vendor,
        ref.says,
        ref.kind,
        ref.launch,
        ref.functions,
        ref.scopes if ref.launch.get("kind") == "link" else ref.scopes | LEAST_SCOPES,
        assurance.standing(product_id),
    )


def serves(one: Product, place: OrgRef, held: Terms | None = None) -> Answer:
    """Whether it may be opened to a class (or school) now, with the functions and data that are left to it there.
    Whether a teacher is in charge is asked apart (`Terms.supervised_only`)."""
    off = held.functions_off if held else one.conditions.functions_off
    return assurance.may_serve(
        one.id,
        stage=place.stage.value,
        functions=one.functions - off,
        personal_fields=held.data_scopes if held else frozenset(),
        school_path=registry.school_of(place.path).path,
        supervised=True,
    )


def subject_key(subject: str) -> str:
    """The key of a lesson's subject; empty: not known."""
    return next(iter(assurance.subject_keys([subject]))) if subject else ""


def standing(product_id: UUID) -> Standing:
    return assurance.standing(product_id)


def standings(product_ids: Iterable[UUID]) -> Mapping[UUID, Standing]:
    """Several at once: two questions for any number."""
    return assurance.standings(product_ids)


def stopped(found: Standing | None) -> str:
    """Why a product is served to nobody at this moment; empty when it is served to somebody."""
    if found is None:
        return _NO.reason
    if found.verdict in SERVING:
        return ""
    return f"这个产品{found.zh}" + (f"：{found.reason}" if found.reason else "")
