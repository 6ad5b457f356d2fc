from django.urls import URLPattern, path

from qiming.assist.planner.views import around, plans, wording

urlpatterns: list[URLPattern] = [
    path("planner/", plans.start, name="assist.plan_start"),
    path("planner/<uuid:plan_id>/", plans.plan, name="assist.plan"),
    path("planner/<uuid:plan_id>/parts", plans.decide, name="assist.plan_parts"),
    path("planner/<uuid:plan_id>/print/", plans.plan_print, name="assist.plan_print"),
    path("planner/<uuid:plan_id>/words/<slug:part_key>/", wording.words, name="assist.wording"),
    path(
        "planner/<uuid:plan_id>/words/<slug:part_key>/<uuid:wording_id>/",
        wording.proposal,
        name="assist.wording_one",
    ),
    path("planner/items/<uuid:offering_id>/", around.bank, name="assist.bank"),
    path("planner/items/<uuid:offering_id>/print/", around.bank_print, name="assist.bank_print"),
    path(
        "planner/homework/<uuid:offering_id>/<slug:lesson_key>/",
        around.homework_sets,
        name="assist.homework_sets",
    ),
    path("planner/visits/<uuid:period_id>/", around.visit, name="assist.visit"),
    path("planner/visits/<uuid:period_id>/print/", around.visit_print, name="assist.visit_print"),
    path("planner/afterwards/<uuid:period_id>/", around.look_back, name="assist.look_back"),
]
