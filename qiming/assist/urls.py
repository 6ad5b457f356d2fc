"""Addresses of the room: one line per agent."""

from django.urls import URLPattern

from qiming.assist.marker.urls import urlpatterns as marker

urlpatterns: list[URLPattern] = [
    *marker,
]
