"""Addresses of reports, incidents, copies, erasure, retention and the yearly pack."""

from django.urls import path

from qiming.trust.views import incidents, protect, reports

urlpatterns = [
    path("protect/", protect.protect, name="trust.protect"),
    path("protect/classes/", protect.data_classes, name="trust.classes"),
    path("report/", reports.report, name="trust.report_new"),
    path("report/mine/", reports.my_reports, name="trust.my_reports"),
    path("report/mine/<uuid:report_id>/", reports.my_report, name="trust.report_mine"),
    path("report/mine/<uuid:report_id>/more/", reports.my_report_more, name="trust.report_more"),
    path("report/code/", reports.by_code, name="trust.report_code"),
    path("reports/", reports.reports, name="trust.reports"),
    path("reports/<uuid:report_id>/", reports.handled_report, name="trust.report"),
    path("reports/<uuid:report_id>/answer/", reports.answer, name="trust.report_answer"),
    path("reports/<uuid:report_id>/close/", reports.close, name="trust.report_close"),
    path("incidents/", incidents.incidents, name="trust.incidents"),
    path("incidents/new/", incidents.new_incident, name="trust.incident_new"),
    path("incidents/<uuid:incident_id>/", incidents.incident, name="trust.incident"),
    path("incidents/<uuid:incident_id>/step/", incidents.incident_step, name="trust.incident_step"),
    path("incidents/<uuid:incident_id>/close/", incidents.close_incident, name="trust.incident_close"),
]
