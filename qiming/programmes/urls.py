from django.urls import path

from qiming.programmes.views import applying, calls, offices, pairing, reading, visits

_ONE = "programmes/applications/<uuid:application_id>/"

urlpatterns = [
    path("programmes/", calls.home, name="programmes.home"),
    path("programmes/new/", calls.new, name="programmes.new"),
    path("programmes/calls/<uuid:call_id>/", calls.call, name="programmes.call"),
    path("programmes/calls/<uuid:call_id>/apply/", applying.apply, name="programmes.apply"),
    path("programmes/calls/<uuid:call_id>/board/", offices.board, name="programmes.board"),
    path("programmes/calls/<uuid:call_id>/rank/", offices.rank, name="programmes.rank"),
    path(_ONE, reading.application, name="programmes.application"),
    path(f"{_ONE}edit/", applying.edit, name="programmes.edit"),
    path(f"{_ONE}files/", applying.attach, name="programmes.attach"),
    path(f"{_ONE}visit/", visits.visit, name="programmes.visit"),
    path("programmes/files/<uuid:attachment_id>/", applying.attachment, name="programmes.file"),
    path("programmes/files/<uuid:attachment_id>/remove/", applying.detach, name="programmes.detach"),
    path("programmes/pairings/", pairing.mine, name="programmes.pairings"),
    path("programmes/pairings/all/", pairing.graphs, name="programmes.graphs"),
    path("programmes/pairings/<uuid:naming_id>/", pairing.naming, name="programmes.naming"),
    path("programmes/pairings/<uuid:pairing_id>/end/", pairing.end, name="programmes.end_pairing"),
    path("programmes/supports/<uuid:support_id>/confirm/", pairing.confirm, name="programmes.confirm"),
    path("programmes/published/", reading.library, name="programmes.library"),
    path("programmes/published/<uuid:application_id>/", reading.public, name="programmes.public"),
    path("programmes/published/<uuid:application_id>/reuse/", reading.reuse, name="programmes.reuse"),
    path("programmes/register/", reading.register, name="programmes.register"),
]
