"""Addresses of the room."""

from django.urls import path

from qiming.educators.cohort import views as cohort
from qiming.educators.standing import views as standing
from qiming.educators.training import views as training

urlpatterns = [
    path("educators/", standing.home, name="educators.home"),
    path("educators/places/<uuid:place_id>/", standing.place, name="educators.place"),
    path(
        "educators/schools/<uuid:school_id>/staff/<uuid:person_id>/", standing.person, name="educators.person"
    ),
    path("educators/trainings/", training.trainings, name="educators.trainings"),
    path("educators/trainings/new/", training.open_training, name="educators.open_training"),
    path("educators/allotments/<uuid:allotment_id>/", training.allotment, name="educators.allotment"),
    path(
        "educators/allotments/<uuid:allotment_id>/hand-down/", training.hand_down, name="educators.hand_down"
    ),
    path("educators/allotments/<uuid:allotment_id>/enrol/", training.enrol, name="educators.enrol"),
    path("educators/enrolments/<uuid:enrolment_id>/withdraw/", training.withdraw, name="educators.withdraw"),
    path("educators/mine/attend/", training.attend, name="educators.attend"),
    path(
        "educators/trainings/<uuid:training_id>/sessions/", training.add_session, name="educators.add_session"
    ),
    path("educators/trainings/<uuid:training_id>/close/", training.close, name="educators.close"),
    path("educators/sessions/<uuid:session_id>/", training.session, name="educators.session"),
    path("educators/enrolments/<uuid:enrolment_id>/output/", cohort.begin, name="educators.output_begin"),
    path("educators/outputs/<uuid:output_id>/", cohort.output, name="educators.output"),
    path("educators/outputs/<uuid:output_id>/write/", cohort.edit, name="educators.output_edit"),
    path("educators/outputs/<uuid:output_id>/hand-in/", cohort.hand_in, name="educators.output_hand_in"),
    path("educators/mine/", training.mine, name="educators.mine"),
]
