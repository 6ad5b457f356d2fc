from django.urls import path

from qiming.records import views as pages
from qiming.records.xapi import document_views, feed_views, views

urlpatterns = [
    path("systems/", pages.keys, name="records.keys"),
    path("xapi/about", views.about, name="xapi.about"),
    path("xapi/statements", views.statements, name="xapi.statements"),
    path("xapi/feed", feed_views.statements, name="xapi.feed"),
    path("xapi/completions", feed_views.completed, name="xapi.completions"),
    path("xapi/agents", document_views.agents, name="xapi.agents"),
    path("xapi/agents/profile", document_views.agent_profile, name="xapi.agent_profile"),
    path("xapi/activities", document_views.activities, name="xapi.activities"),
    path("xapi/activities/state", document_views.state, name="xapi.state"),
    path("xapi/activities/profile", document_views.activity_profile, name="xapi.activity_profile"),
]
