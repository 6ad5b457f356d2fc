"""Addresses of the room: one line per agent."""

from django.urls import URLPattern

from qiming.assist.adviser.urls import urlpatterns as adviser
from qiming.assist.companion.urls import urlpatterns as companion
from qiming.assist.duty.urls import urlpatterns as duty
from qiming.assist.marker.urls import urlpatterns as marker
from qiming.assist.planner.urls import urlpatterns as planner

urlpatterns: list[URLPattern] = [
    *adviser,
    *companion,
    *duty,
    *marker,
    *planner,
]
