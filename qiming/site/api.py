"""The JSON API: every room's router under /api/<room>/, described at /api/openapi.json."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from qiming.kernel.access import Denied
from qiming.kernel.api import BoundedJson
from qiming.kernel.errors import UserError
from qiming.kernel.middleware import MISSING, NO_ROLE, refusal

api = NinjaAPI(title="启明 Qiming", version="1", urls_namespace="api", docs_url=None, parser=BoundedJson())

for room in settings.ROOMS:
    if find_spec(f"{room}.api") and room != "qiming.kernel":
        api.add_router(f"/{room.rsplit('.', 1)[1]}/", import_module(f"{room}.api").router)


@api.exception_handler(UserError)
def on_user_error(request: HttpRequest, error: UserError) -> HttpResponse:
    return refusal(request, error)


@api.exception_handler(Denied)
def on_denied(request: HttpRequest, error: Denied) -> HttpResponse:
    return refusal(request, MISSING if error.hides else NO_ROLE)


@api.exception_handler(ValidationError)
def on_malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    where = ".".join(str(step) for step in first.get("loc", ()))
    return refusal(
        request,
        UserError(
            "送来的内容格式不对",
            kept="这台设备上写的还在。",
            next="刷新页面再试；还不行请告诉老师。",
            field=where or None,
        ),
    )


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return refusal(request, UserError(str(error), status=error.status_code, kept="这台设备上写的还在。"))
