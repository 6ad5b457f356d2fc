"""Products of the test field: which of them a tool may be, and whether it is the one that was tested."""

from __future__ import annotations

from uuid import UUID

from qiming.assurance import queries as assurance
from qiming.kernel.access import Denied

KIND = "lti"


def choices(*, also: UUID | None = None) -> dict[str, str]:
    """Product id → its name: those in use that open over LTI, and the one that is chosen already."""
    found = {
        str(ref.id): f"{ref.title}（{ref.vendor}）"
        for ref, _ in assurance.admitted_products()
        if ref.launch.get("kind") == KIND
    }
    return found if also is None else {str(also): title_of(also), **found}


def title_of(product_id: UUID) -> str:
    try:
        ref = assurance.product_ref(product_id)
    except Denied:
        return "已经没有的产品"
    return f"{ref.title}（{ref.vendor}）"


def trouble(product_id: UUID, launch_url: str) -> str:
    """Why a tool cannot be this product: what was filed and tested opens elsewhere. Empty: it is the same."""
    try:
        launch = assurance.product_ref(product_id).launch
    except Denied:
        return "没有这个产品"
    if launch.get("kind") != KIND:
        return "这个产品申报的不是用 LTI 打开"
    if str(launch.get("url", "")) != launch_url:
        return "打开的地址和产品申报、检测时的不一样"
    return ""
