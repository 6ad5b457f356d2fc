"""Addresses of the room: one line per agent."""

from django.urls import URLPattern

from qiming.assist.duty.urls import urlpatterns as duty
from qiming.assist.marker.urls import urlpatterns as marker

urlpatterns: list[URLPattern] = [
    *duty,
    *marker,
]
