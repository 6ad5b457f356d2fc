"""The gate for tests of every room: a product at any step, without walking all of them each time."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from qiming.assurance.admission import ANY, Conditions, DataUse, Facts, FilingKind
from qiming.assurance.models import Product, ProductVersion
from qiming.assurance.services import filing
from qiming.kernel import time
from qiming.kernel.access import Actor

_WHY = "the test stands where the case would have led"


def facts(**other: Any) -> Facts:
    """A tutor for junior schools that takes pupils' answers."""
    said: dict[str, Any] = {
        "title": "示例答疑",
        "kind": "tutor",
        "says": "陪学生把题想明白，不直接给答案。",
        "stages": ("junior",),
        "subjects": ("ai",),
        "functions": ("chat",),
        "launch": {"kind": "link", "url": "https://tutor.example.com/launch"},
        "endpoint": {"kind": "openai", "url": "http://127.0.0.1:9/v1", "model": "m"},
        "hosting": "vendor",
        "model_name": "示例模型",
        "model_version": "1.0",
        "subprocessors": (),
        "data_map": (DataUse("answers", "判断想到哪一步", "本市机房", 30),),
        "minor_audit": "2026年8月完成，没有未整改的问题。",
        "label_method": "每条回答前标“人工智能生成”。",
        "price": "免费",
    }
    return Facts(**{**said, **other})


OPEN = Conditions(
    stages=frozenset({"junior", "senior"}),
    subjects=frozenset({ANY}),
    functions_off=frozenset({"image"}),
    data_scopes=frozenset({"answers"}),
    until=date(2028, 11, 1),
)


def drafted(actor: Actor, vendor_id: UUID, **other: Any) -> ProductVersion:
    """A first version with all its numbers, not sent yet."""
    version_id = filing.register_product(
        actor=actor, vendor_id=vendor_id, facts=facts(**other), endpoint_key="k"
    )
    for kind in FilingKind:
        filing.set_number(
            actor=actor,
            version_id=version_id,
            kind=kind,
            number=f"示例{kind.value}001",
            valid_until=time.today() + timedelta(days=400),
        )
    return ProductVersion.objects.unscoped(_WHY).select_related("product").get(id=version_id)


def admitted(actor: Actor, vendor_id: UUID, conditions: Conditions = OPEN, **other: Any) -> Product:
    """A product that schools may use, by rows alone: its case still stands at the beginning."""
    version = drafted(actor, vendor_id, **other)
    version.state, version.conditions, version.until = "admitted", conditions.as_json(), conditions.until
    version.admitted_at = version.since = version.serving_since = time.now()
    version.save()
    product = version.product
    product.current = version
    product.save()
    return product
