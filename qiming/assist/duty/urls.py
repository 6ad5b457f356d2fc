"""Duty's addresses."""

from django.urls import path

from qiming.assist.duty import views

urlpatterns = [
    path("duty/", views.alerts, name="assist.alerts"),
    path("duty/<uuid:notice_id>/", views.alert, name="assist.alert"),
    path("duty/<uuid:notice_id>/take/", views.take, name="assist.take"),
    path("duty/<uuid:notice_id>/close/", views.close, name="assist.close"),
    path("duty/roster/<uuid:school_id>/", views.roster, name="assist.roster"),
    path("duty/lines/<uuid:line_id>/end/", views.end_line, name="assist.end_line"),
]
