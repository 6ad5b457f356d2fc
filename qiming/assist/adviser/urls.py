from django.urls import path

from qiming.assist.adviser.views import asking, desk, documents

urlpatterns = [
    path("adviser/", asking.home, name="assist.adviser"),
    path("adviser/talks/<uuid:talk_id>/", asking.talk, name="assist.advice"),
    path("adviser/talks/<uuid:talk_id>/hand-over/", asking.hand_over, name="assist.hand_over"),
    path("adviser/steps/<slug:key>/", asking.procedure, name="assist.procedure"),
    path("adviser/desk/", desk.desk, name="assist.advice_desk"),
    path("adviser/desk/<uuid:talk_id>/", desk.handed, name="assist.handed"),
    path("adviser/documents/", documents.listed, name="assist.documents"),
    path("adviser/documents/new/", documents.bring, name="assist.bring_document"),
    path("adviser/documents/<uuid:document_id>/", asking.document, name="assist.document"),
    path("adviser/documents/<uuid:document_id>/check/", documents.check, name="assist.document_check"),
    path(
        "adviser/documents/<uuid:document_id>/approve/",
        documents.act,
        {"what": "approve"},
        name="assist.approve_document",
    ),
    path(
        "adviser/documents/<uuid:document_id>/release/",
        documents.act,
        {"what": "release"},
        name="assist.release_document",
    ),
    path(
        "adviser/documents/<uuid:document_id>/withdraw/",
        documents.act,
        {"what": "withdraw"},
        name="assist.withdraw_document",
    ),
]
