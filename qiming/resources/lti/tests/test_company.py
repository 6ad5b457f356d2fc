"""A company types the registration of its own product; the city looks at it before anything opens."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings

from qiming.assurance import testing as gate
from qiming.assurance.models import Product
from qiming.casework.services import load_workflows
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import testing
from qiming.registry.testing import Cast
from qiming.resources.lti import services
from qiming.resources.lti.models import LtiTool
from qiming.resources.lti.tests.conftest import TOOL, facts
from qiming.resources.lti.types import ToolState


@pytest.fixture
def cast(db: None) -> Cast:
    load_workflows(settings.CONTENT_ROOT)
    return testing.cast(1)


def product(cast: Cast, **launch: str) -> Product:
    assert cast.vendor
    opened = {"kind": "lti", "url": f"{TOOL}/launch"} | launch
    return gate.drafted(cast.actor("vendor"), cast.vendor.id, launch=opened).product


def test_it_waits_for_the_city_at_first_and_after_every_change(cast: Cast) -> None:
    mine, vendor, city = product(cast), cast.actor("vendor"), cast.actor("city_officer")
    tool = services.apply(actor=vendor, product_id=mine.id, facts=facts(), in_frame=True)
    assert (tool.state, tool.is_checked, tool.scope_path) == (ToolState.WAITING.value, False, cast.city.path)
    with pytest.raises(Denied):
        services.confirm(actor=vendor, tool_id=tool.id, digest_seen=tool.digest)
    assert services.confirm(actor=city, tool_id=tool.id, digest_seen=tool.digest).is_checked
    other = facts(login_url=f"{TOOL}/login2")
    changed = services.apply(actor=vendor, product_id=mine.id, facts=other, in_frame=False)
    assert changed.id == tool.id and not changed.is_checked and not changed.in_frame
    assert (
        services.apply(actor=vendor, product_id=mine.id, facts=other, in_frame=False).digest == changed.digest
    )
    assert LtiTool.objects.unscoped("test").count() == 1


def test_only_the_company_itself_and_only_what_was_filed(cast: Cast) -> None:
    mine = product(cast)
    for who in ("teacher", "head", "city_officer"):
        with pytest.raises(Denied):
            services.apply(actor=cast.actor(who), product_id=mine.id, facts=facts(), in_frame=True)
    with pytest.raises(Denied):
        services.apply(actor=cast.actor("vendor"), product_id=uuid4(), facts=facts(), in_frame=True)
    for bad in (facts(launch_url="https://other.example.cn/launch"), facts(login_url="http://")):
        with pytest.raises(UserError):
            services.apply(actor=cast.actor("vendor"), product_id=mine.id, facts=bad, in_frame=True)
    assert not LtiTool.objects.unscoped("test").exists()


def test_the_companys_pages_lead_there(cast: Cast) -> None:
    mine, client = product(cast), cast.client("vendor")
    page = f"/lti/products/{mine.id}/"
    assert page in client.get(f"/assurance/products/{mine.id}/").content.decode()
    shown = client.get(page)
    assert shown.status_code == 200 and "还没有填" in shown.content.decode()
    said = {"name": "口算", "login_url": f"{TOOL}/login", "launch_url": f"{TOOL}/launch",
            "redirect_urls": f"{TOOL}/launch", "key_set_url": f"{TOOL}/jwks", "in_frame": "on"}  # fmt: skip
    assert client.post(page, {**said, "login_url": ""}).status_code == 422
    assert client.post(page, said).status_code == 302
    after = client.get(page).content.decode()
    assert "等市里核对" in after and LtiTool.objects.unscoped("test").get().client_id in after
    assert cast.client("teacher").get(page).status_code in {403, 404}
