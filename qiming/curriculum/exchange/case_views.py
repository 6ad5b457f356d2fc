"""CASE 1.1 over HTTP, for other platforms: public like the graph itself, no personal data in it."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from qiming.curriculum.exchange import case
from qiming.kernel.http import public_page

OPEN = public_page("别的平台按 CASE 1.1 取知识图谱和课程纲要，不含个人信息")
PAGE, MOST = 100, 500


@OPEN
def documents(request: HttpRequest) -> HttpResponse:
    found = [case.document_alone(package) for package in case.packages(_root(request))]
    start, size = _number(request, "offset", 0), min(_number(request, "limit", PAGE), MOST)
    answer = _json({"CFDocuments": found[start : start + size]})
    answer["X-Total-Count"] = str(len(found))
    return answer


@OPEN
def document(request: HttpRequest, identifier: UUID) -> HttpResponse:
    package = case.package(_root(request), identifier)
    return _json(case.document_alone(package)) if package else _unknown(identifier)


@OPEN
def package(request: HttpRequest, identifier: UUID) -> HttpResponse:
    found = case.package(_root(request), identifier)
    return _json(found.as_json()) if found else _unknown(identifier)


@OPEN
def item(request: HttpRequest, identifier: UUID) -> HttpResponse:
    return _part(request, identifier, lambda package: package.items)


@OPEN
def association(request: HttpRequest, identifier: UUID) -> HttpResponse:
    return _part(request, identifier, lambda package: package.associations)


@OPEN
def item_associations(request: HttpRequest, identifier: UUID) -> HttpResponse:
    """An item and every association it takes part in."""
    own = str(identifier)
    for package in case.packages(_root(request)):
        for one in package.items:
            if one["identifier"] == own:
                near = [
                    case.alone(package, association)
                    for association in package.associations
                    if own
                    in (
                        association["originNodeURI"]["identifier"],
                        association["destinationNodeURI"]["identifier"],
                    )
                ]
                return _json({"CFItem": case.alone(package, one), "CFAssociations": near})
    return _unknown(identifier)


def _part(
    request: HttpRequest, identifier: UUID, parts: Callable[[case.Package], list[case.Json]]
) -> HttpResponse:
    for package in case.packages(_root(request)):
        for one in parts(package):
            if one["identifier"] == str(identifier):
                return _json(case.alone(package, one))
    return _unknown(identifier)


def _unknown(identifier: UUID) -> HttpResponse:
    """The status information CASE prescribes for what does not exist."""
    said = {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": "Unknown object",
        "imsx_codeMinor": {
            "imsx_codeMinorField": [
                {"imsx_codeMinorFieldName": str(identifier), "imsx_codeMinorFieldValue": "unknownobject"}
            ]
        },
    }
    return _json(said, status=404)


def _root(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _number(request: HttpRequest, name: str, usual: int) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else usual


def _json(data: Any, status: int = 200) -> HttpResponse:
    answer = JsonResponse(
        data, status=status, json_dumps_params={"ensure_ascii": False}, encoder=json.JSONEncoder
    )
    answer["Cache-Control"] = "public, max-age=300"
    return answer
