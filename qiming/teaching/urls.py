"""Addresses of the teaching room."""

from __future__ import annotations

from django.urls import path

from qiming.teaching.views import homework, joining, ledgers, live, others, periods, plans, wall

ONE = "teach/periods/<uuid:period_id>/"
COURSE = "teach/offerings/<uuid:offering_id>/"

urlpatterns = [
    path("teach/", plans.home, name="teaching.home"),
    path("teach/open/", plans.open_course, name="teaching.open"),
    path("teach/open/check/", plans.check, name="teaching.open_check"),
    path(COURSE, plans.offering, name="teaching.offering"),
    path(f"{COURSE}add/", plans.add_period, name="teaching.add_period"),
    path(f"{COURSE}close/", plans.close, name="teaching.close"),
    path(f"{COURSE}homework/", homework.homework_list, name="teaching.homework_list"),
    path(f"{COURSE}homework/new/", homework.homework_new, name="teaching.homework_new"),
    path("teach/homework/<uuid:homework_id>/", homework.homework, name="teaching.homework"),
    path("teach/homework/<uuid:homework_id>/move/", homework.homework_move, name="teaching.homework_move"),
    path(
        "teach/homework/<uuid:homework_id>/withdraw/",
        homework.homework_withdraw,
        name="teaching.homework_withdraw",
    ),
    path(ONE, periods.period, name="teaching.period"),
    path(f"{ONE}confirm/", periods.confirm, name="teaching.confirm"),
    path(f"{ONE}amend/", periods.amend, name="teaching.amend"),
    path(f"{ONE}plan/", plans.replan, name="teaching.replan"),
    path(f"{ONE}otherwise/", others.otherwise, name="teaching.otherwise"),
    path(f"{ONE}photos/", others.add_photos, name="teaching.photos"),
    path(f"{ONE}start/", live.start, name="teaching.start"),
    path(f"{ONE}live/", live.cockpit, name="teaching.cockpit"),
    path(f"{ONE}live/board/", live.board_piece, name="teaching.board"),
    path(f"{ONE}live/act/", live.act, name="teaching.live_act"),
    path(f"{ONE}live/pupils/<uuid:pupil_id>/", live.pupil, name="teaching.live_pupil"),
    path(f"{ONE}wall/", wall.wall, name="teaching.wall"),
    path(f"{ONE}wall/state/", wall.wall_state, name="teaching.wall_state"),
    path("teach/photos/<uuid:photo_id>/", others.photo, name="teaching.photo"),
    path("teach/photos/<uuid:photo_id>/remove/", others.remove_photo, name="teaching.remove_photo"),
    path("teach/record/", others.record, name="teaching.record"),
    path("teach/past/", others.past, name="teaching.past"),
    path("teach/past/template.xlsx", others.past_template, name="teaching.past_template"),
    path("teach/past/<uuid:import_id>/", others.past_preview, name="teaching.past_preview"),
    path("teach/classes/<uuid:class_id>/ledger/", ledgers.class_ledger, name="teaching.class_ledger"),
    path("teach/ledger/<uuid:person_id>/", ledgers.pupil_ledger, name="teaching.pupil_ledger"),
    path("my-hours/", ledgers.my_ledger, name="teaching.my_ledger"),
    path("join/", joining.join, name="teaching.join"),
]
