"""Addresses of the room."""

from django.urls import path

from qiming.agents.desk import views

urlpatterns = [
    path("models/", views.desk, name="agents.desk"),
    path("models/<uuid:place_id>/", views.place, name="agents.usage"),
    path("models/<uuid:place_id>/chain/", views.chain, name="agents.chain"),
    path("models/<uuid:place_id>/decide/", views.decide, name="agents.decide"),
    path("models/<uuid:place_id>/stop/", views.stop, name="agents.stop"),
    path("models/<uuid:place_id>/quota/", views.quota, name="agents.quota"),
    path("models/switches/<uuid:switch_id>/lift/", views.lift, name="agents.lift"),
    path("models/hits/", views.hits, name="agents.hits"),
    path("models/hits/<uuid:report_id>/answer/", views.answer_hit, name="agents.answer_hit"),
    path("models/keys/<uuid:key_id>/revoke/", views.revoke, name="agents.revoke"),
]
