"""The registry's and trust's pages alone, so that their tests don't depend on higher rooms."""

from django.urls import include, path

urlpatterns = [path("", include("qiming.registry.urls")), path("", include("qiming.trust.urls"))]
handler404 = "qiming.kernel.middleware.page_not_found"
