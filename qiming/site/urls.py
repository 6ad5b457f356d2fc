"""The URL root: each room mounts itself where its own urls.py says."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from qiming.kernel.headers import REPORTS
from qiming.kernel.reports import receive
from qiming.kernel.ui_views import components_page
from qiming.site.api import api
from qiming.site.views import alive

urlpatterns: list[URLPattern | URLResolver] = [
    path("alive", alive, name="alive"),
    path("design/", components_page, name="design"),
    path(REPORTS.lstrip("/"), receive, name="csp_reports"),
    path("api/", api.urls),
    *[
        path("", include(f"{room}.urls"))
        for room in settings.ROOMS
        if find_spec(f"{room}.urls") and hasattr(import_module(f"{room}.urls"), "urlpatterns")
    ],
]

handler400 = "qiming.kernel.middleware.bad_request"
handler404 = "qiming.kernel.middleware.page_not_found"
handler500 = "qiming.kernel.middleware.server_error"
