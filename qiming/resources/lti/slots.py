"""What LTI shows on lower pages, and how launching opens a product that is an LTI tool."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.assurance.queries.standing import ProductRef
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.resources.access import TABLE
from qiming.resources.lti import (
    opener,  # noqa: F401 - registers itself with launching
    products,
    queries,
)
from qiming.resources.lti.access import KEEP


def tools_link(request: HttpRequest) -> SafeString | str:
    """接入的工具, in the menu of city and district."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, KEEP):
        return ""
    return format_html('<a href="{}">接入的工具</a>', reverse("resources.lti_tools"))


def own_product(
    request: HttpRequest, *, product: ProductRef, may_file: bool, **_: object
) -> SafeString | str:
    """From a company's product that opens over LTI to its registration, with where that stands."""
    if product.launch.get("kind") != products.KIND or not may_file:
        return ""
    return format_html(
        '<section class="sec"><div class="sec-h"><h2>LTI 登记：{}</h2><p>填好以后由市里核对，核对通过才打得开</p></div>'
        '<p class="acts"><a class="btn" href="{}">看登记，填登记</a></p></section>',
        queries.stands_of(product.id),
        reverse("resources.lti_own", args=[product.id]),
    )


slots.fill("assurance.own_product", own_product)
slots.fill("kernel.account_menu", tools_link)
