from django.urls import path

from qiming.casework.views import cases, duties, notices, reviews

urlpatterns = [
    path("cases/", cases.mine, name="casework.mine"),
    path("on-notice/", notices.notices, name="casework.notices"),
    path("on-notice/<uuid:case_id>/", notices.notice, name="casework.notice"),
    path("cases/<uuid:case_id>/objections/<uuid:objection_id>/", notices.settle, name="casework.settle"),
    path("cases/duties/", duties.duties, name="casework.duties"),
    path("cases/duties/<uuid:appointment_id>/end/", duties.end, name="casework.duty_end"),
    path("cases/reviews/<uuid:sheet_id>/", reviews.sheet, name="casework.sheet"),
    path("cases/reviews/<uuid:sheet_id>/decline/", reviews.decline, name="casework.decline"),
    path("cases/reviews/<uuid:sheet_id>/conflict/", reviews.conflict, name="casework.conflict"),
    path("cases/<uuid:case_id>/", cases.case, name="casework.case"),
    path("cases/<uuid:case_id>/<slug:transition>/", cases.move, name="casework.move"),
]
