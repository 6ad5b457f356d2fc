from django.urls import path

from qiming.insight.views import classes, covered, diagnosis, exams, graphs, handbooks, labs, pupils

CLASS = "insight/classes/<uuid:class_id>/<uuid:offering_id>/"

urlpatterns = [
    path("insight/", classes.home, name="insight.home"),
    path(CLASS, classes.report, name="insight.class"),
    path(f"{CLASS}gain/", classes.gain, name="insight.gain"),
    path(f"{CLASS}graph/", graphs.of_class, name="insight.class_graph"),
    path(f"{CLASS}labs/", labs.of_class, name="insight.class_labs"),
    path(f"{CLASS}groups/", classes.groups, name="insight.groups"),
    path(f"{CLASS}groups/print/", classes.groups_print, name="insight.groups_print"),
    path(f"{CLASS}misconceptions/<slug:misconception>/", classes.misconception, name="insight.misconception"),
    path(f"{CLASS}concepts/<slug:concept>/", classes.concept, name="insight.concept"),
    path(f"{CLASS}items/<uuid:item_version_id>/", classes.item, name="insight.item"),
    path("insight/pupils/<uuid:person_id>/", pupils.pupil, name="insight.pupil"),
    path("insight/pupils/<uuid:person_id>/graph/", graphs.of_pupil, name="insight.pupil_graph"),
    path("insight/pupils/<uuid:person_id>/<slug:concept>/", pupils.answers, name="insight.answers"),
    path("insight/pupils/<uuid:person_id>/<slug:concept>/correct/", pupils.correct, name="insight.correct"),
    path(
        "insight/pupils/<uuid:person_id>/<slug:concept>/<uuid:correction_id>/take-back/",
        pupils.take_back,
        name="insight.take_back",
    ),
    path("insight/exams/", exams.listed, name="insight.exams"),
    path("insight/exams/template.xlsx", exams.template, name="insight.exam_template"),
    path("insight/exams/new/<uuid:class_id>/", exams.new, name="insight.exam_new"),
    path("insight/exams/<uuid:exam_id>/", exams.exam, name="insight.exam"),
    path("insight/exams/<uuid:exam_id>/doubts/", exams.doubts, name="insight.exam_doubts"),
    path("insight/exams/<uuid:exam_id>/drop/", exams.drop, name="insight.exam_drop"),
    path(
        "insight/exams/<uuid:exam_id>/<uuid:paper_id>/concepts/", exams.concepts, name="insight.exam_concepts"
    ),
    path("insight/handbooks/pupils/<uuid:person_id>/", handbooks.of_pupil, name="insight.handbook_of"),
    path("insight/handbooks/classes/<uuid:class_id>/", handbooks.of_class, name="insight.class_handbook"),
    path("insight/handbooks/<uuid:handbook_id>/", handbooks.book, name="insight.handbook"),
    path("insight/handbooks/<uuid:handbook_id>/file.pdf", handbooks.file, name="insight.handbook_file"),
    path("diagnosis/", diagnosis.own, name="insight.diagnosis"),
    path("diagnosis/<uuid:place_id>/", diagnosis.place, name="insight.diagnosis_of"),
    path("diagnosis/<uuid:place_id>/actions/new/", diagnosis.plan, name="insight.action_new"),
    path("diagnosis/actions/<uuid:action_id>/", diagnosis.action, name="insight.action"),
    path("coverage/", covered.own, name="insight.coverage"),
    path("coverage/<uuid:place_id>/", covered.place, name="insight.coverage_of"),
    path("coverage/<uuid:place_id>/table.<str:kind>", covered.export, name="insight.coverage_table"),
    path("me/", pupils.mine, name="insight.mine"),
]
