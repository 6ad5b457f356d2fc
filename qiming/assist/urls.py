"""Addresses of the room: one line per agent."""

from django.urls import URLPattern

from qiming.assist.companion.urls import urlpatterns as companion
from qiming.assist.duty.urls import urlpatterns as duty
from qiming.assist.marker.urls import urlpatterns as marker
from qiming.assist.planner.urls import urlpatterns as planner

urlpatterns: list[URLPattern] = [
    *companion,
    *duty,
    *marker,
    *planner,
]
