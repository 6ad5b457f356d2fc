"""What the pages of one draft share."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseRedirect
from django.urls import reverse

from qiming.curriculum.authoring import queries, services
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.authoring.words import described
from qiming.kernel.http import ActorRequest
from qiming.registry import queries as registry

SHELF = ("课程", "/courses/")


def to(name: str, fork_id: UUID, **query: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=[fork_id], query=query or None))


def head_of(request: ActorRequest, fork: LessonFork, tab: str, words: str) -> dict[str, Any]:
    """The head of each page: whose version it is, what stands, whether the city has something newer."""
    versions = queries.versions_of(fork)
    return {
        "fork": fork,
        "tab": tab,
        "school": registry.org(fork.school_id),
        "changed_by": queries.names_of([fork.changed_by]).get(fork.changed_by, ""),
        "versions": versions,
        "latest": versions[0][0] if versions else None,
        "is_published": fork.published_revision == fork.revision,
        "newer": services.newer_city(fork),
        "difference_count": len(described(queries.city_parts(fork), fork.parts)),
        "crumbs": [
            SHELF,
            (fork.base.course_version.title, f"/courses/{fork.course_key}/"),
            (f"第{fork.base.position}课", f"/lessons/{fork.base_id}/"),
            (words, ""),
        ],
    }
