"""Pictures and data files from the stored versions: an address never serves anything else, so a browser may keep it."""

from functools import lru_cache
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from qiming.curriculum.datasets import SERVER_ONLY
from qiming.curriculum.models import CourseVersion, Dataset, LessonVersion, MediaFile
from qiming.kernel.http import not_modified, public_page

FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
# A drawing may be opened by itself: then it runs nothing and loads nothing.
SEALED = "sandbox; default-src 'none'"


@public_page("课里的图，不含个人信息")
def lesson_media(request: HttpRequest, version_id: UUID, name: str) -> HttpResponse:
    return _answer(request, _media_of(version_id).get(name), FOR_EVER)


@public_page("课程测验和作品任务里的图，不含个人信息")
def course_media(request: HttpRequest, version_id: UUID, name: str) -> HttpResponse:
    return _answer(request, _media_of_course(version_id).get(name), FOR_EVER)


@public_page("实验用的数据，不含个人信息")
def dataset_file(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """`key` may carry a version (`recyclables@1a2b…`): then the address is good for ever."""
    plain, at, version = key.partition("@")
    files = _files_of(plain, version) if at else _current_files(plain)
    sha256 = None if name.endswith(SERVER_ONLY) else files.get(name)
    return _answer(request, sha256, FOR_EVER if at else FOR_AN_HOUR)


def answer_media(request: HttpRequest, sha256: str) -> HttpResponse:
    """A picture whose name in a draft may come to mean another one."""
    return _answer(request, sha256, "private, no-cache")


def _answer(request: HttpRequest, sha256: str | None, keep: str) -> HttpResponse:
    if sha256 is None:
        raise Http404
    response = not_modified(request, sha256)
    if response is None:
        media_type, body = _body(sha256)
        response = HttpResponse(body, content_type=media_type)
        response["ETag"] = f'"{sha256}"'
    response["Cache-Control"] = keep
    response["Content-Security-Policy"] = SEALED
    response["X-Content-Type-Options"] = "nosniff"
    return response


@lru_cache(maxsize=512)
def _media_of(version_id: UUID) -> dict[str, str]:
    media = LessonVersion.objects.filter(id=version_id).values_list("media", flat=True).first()
    return media or {}


@lru_cache(maxsize=64)
def _media_of_course(version_id: UUID) -> dict[str, str]:
    return CourseVersion.objects.filter(id=version_id).values_list("media", flat=True).first() or {}


@lru_cache(maxsize=64)
def _files_of(key: str, version: str) -> dict[str, str]:
    rows = Dataset.objects.filter(key=key, content_hash__startswith=version) if len(version) >= 16 else None
    files = rows.values_list("files", flat=True).first() if rows is not None else None
    return files or {}


def _current_files(key: str) -> dict[str, str]:
    files = Dataset.objects.filter(key=key, is_current=True).values_list("files", flat=True).first()
    return files or {}


@lru_cache(maxsize=512)
def _body(sha256: str) -> tuple[str, bytes]:
    media_type, body = MediaFile.objects.values_list("media_type", "body").get(sha256=sha256)
    return media_type, bytes(body)
