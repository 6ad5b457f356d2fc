from django.urls import path

from qiming.curriculum.authoring.views import compare, editor, sharing

urlpatterns = [
    path("authoring/start", editor.start, name="curriculum.start_fork"),
    path("authoring/proposals/", sharing.proposals, name="curriculum.proposals"),
    path("authoring/proposals/<uuid:proposal_id>/", sharing.proposal, name="curriculum.proposal"),
    path(
        "authoring/proposals/<uuid:proposal_id>/withdraw",
        sharing.withdraw,
        name="curriculum.withdraw_proposal",
    ),
    path("authoring/<uuid:fork_id>/", editor.editor, name="curriculum.editor"),
    path("authoring/<uuid:fork_id>/save", editor.save, name="curriculum.editor_save"),
    path("authoring/<uuid:fork_id>/change", editor.change, name="curriculum.editor_change"),
    path("authoring/<uuid:fork_id>/pictures", editor.picture, name="curriculum.editor_picture"),
    path("authoring/<uuid:fork_id>/media/<str:name>", editor.draft_media, name="curriculum.draft_media"),
    path("authoring/<uuid:fork_id>/differences/", compare.differences, name="curriculum.differences"),
    path("authoring/<uuid:fork_id>/history/", compare.history, name="curriculum.history"),
    path("authoring/<uuid:fork_id>/update/", compare.update, name="curriculum.update"),
    path("authoring/<uuid:fork_id>/share/", sharing.share, name="curriculum.share"),
]
