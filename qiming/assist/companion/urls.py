"""The companion's addresses."""

from django.urls import path

from qiming.assist.companion import staff_views, views

urlpatterns = [
    path("companion/", views.mine, name="assist.mine"),
    path("companion/<uuid:offering_id>/items/<slug:item_key>/", views.ask, name="assist.ask"),
    path("companion/<uuid:offering_id>/<slug:lesson_key>/", views.chat, name="assist.chat"),
    path("companion/<uuid:offering_id>/<slug:lesson_key>/say/", views.say, name="assist.say"),
    path("companion/turns/<uuid:turn_id>/", views.turn, name="assist.turn"),
    path("companion/turns/<uuid:turn_id>/close/", views.close, name="assist.close_turn"),
    path("companion/turns/<uuid:turn_id>/answer/", views.answer, name="assist.answer"),
    path("companion/class/<uuid:class_id>/", staff_views.class_page, name="assist.class"),
    path("companion/class/<uuid:class_id>/pause/", staff_views.pause, name="assist.pause"),
    path("companion/class/<uuid:class_id>/accompany/", staff_views.accompany, name="assist.accompany"),
    path("companion/talks/<uuid:conversation_id>/", staff_views.transcript, name="assist.transcript"),
    path(
        "companion/talks/<uuid:conversation_id>/<uuid:turn_id>/report/",
        staff_views.report_hit,
        name="assist.report_hit",
    ),
    path("companion/pupils/<uuid:person_id>/", staff_views.family, name="assist.family"),
    path("companion/school/<uuid:school_id>/", staff_views.school, name="assist.school"),
]
