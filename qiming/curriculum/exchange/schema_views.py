"""The JSON Schemas of our own content format, published: public like the format itself, no personal data in them."""

import json
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from qiming.kernel.http import public_page

OPEN = public_page("内容格式的 JSON Schema，不含个人信息")
_NAME = re.compile(r"[a-z_]{1,40}")


@OPEN
def schemas(request: HttpRequest) -> HttpResponse:
    """Every schema by name, with its title and address."""
    found = [
        {
            "name": name,
            "title": json.loads(body).get("title", ""),
            "href": request.build_absolute_uri(reverse("curriculum.schema", args=[name])),
        }
        for name, body in _schemas().items()
    ]
    return _kept(JsonResponse({"schemas": found}, json_dumps_params={"ensure_ascii": False}))


@OPEN
def schema(request: HttpRequest, name: str) -> HttpResponse:
    """One schema, as it stands in content/schemas."""
    body = _schemas().get(name) if _NAME.fullmatch(name) else None
    if body is None:
        raise Http404
    return _kept(HttpResponse(body, content_type="application/schema+json"))


@lru_cache(maxsize=1)
def _schemas() -> dict[str, str]:
    folder = Path(settings.CONTENT_ROOT) / "schemas"
    return {
        path.name.removesuffix(".schema.json"): path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*.schema.json"))
    }


def _kept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "public, max-age=3600"
    return answer
