"""A company types the LTI registration of its own product; it opens after the city looked at it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiming.assurance import queries as assurance
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.resources.access import TABLE
from qiming.resources.lti import queries, services
from qiming.resources.lti.access import APPLY
from qiming.resources.lti.forms import ToolForm, initial_of
from qiming.resources.lti.views.common import addresses


@require_http_methods(["GET", "POST"])
@page(TABLE, APPLY)
def own(request: ActorRequest, product_id: UUID) -> HttpResponse:
    """What our side is called, and the form for theirs."""
    TABLE.require(request.actor, APPLY, assurance.vendor_of(product_id))
    product, tool = assurance.product_ref(product_id), queries.tool_of(product_id)
    start = initial_of(tool) if tool else {"name": product.title, "launch_url": product.launch.get("url", "")}
    form = ToolForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            services.apply(
                actor=request.actor,
                product_id=product_id,
                facts=form.facts(),
                in_frame=form.cleaned_data["in_frame"],
            )
        except UserError as error:
            form.add_error(
                error.field if error.field in form.fields else None, f"{error.message}。{error.next}"
            )
        else:
            return HttpResponseRedirect(reverse("resources.lti_own", args=[product_id]))
    own_page = reverse("assurance.own_product", args=[product_id])
    context = {
        "form": form,
        "product": product,
        "own_page": own_page,
        "stands": queries.stands_of(product_id),
        "tool": tool,
        "deployments": queries.deployments_of(tool) if tool else [],
        "at": addresses(request),
        "configuration": request.build_absolute_uri(reverse("lti.configuration")),
        "deep_link_return": request.build_absolute_uri(reverse("lti.deep_link_return")),
        "crumbs": [("我的产品", reverse("assurance.mine")), (product.title, own_page), ("LTI 登记", "")],
    }
    return render(request, "resources/lti/own.html", context, status=422 if form.errors else 200)
