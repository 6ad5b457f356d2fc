"""Addresses of reports, incidents, copies, erasure, retention and the yearly pack."""

from django.urls import path

from qiming.trust.views import incidents, keeping, protect, reports, rights

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
    path("my-data/", rights.my_data, name="trust.my_data"),
    path("my-data/erasures/", rights.own_erasures, name="trust.own_erasures"),
    path("my-data/erasures/<uuid:case_id>/", rights.own_erasure, name="trust.own_erasure"),
    path("data/<uuid:person_id>/", rights.person_data, name="trust.person_data"),
    path("data/<uuid:person_id>/copy/", rights.ask_copy, name="trust.copy_ask"),
    path("data/<uuid:person_id>/erase/", rights.ask_erasure, name="trust.erasure_ask"),
    path("data/copies/<uuid:copy_id>/", rights.copy_page, name="trust.copy"),
    path("data/copies/<uuid:copy_id>/file", rights.copy_file, name="trust.copy_file"),
    path("protect/erasures/", rights.erasures, name="trust.erasures"),
    path("protect/erasures/<uuid:case_id>/", rights.erasure, name="trust.erasure"),
    path("protect/erasures/<uuid:case_id>/agree/", rights.agree, name="trust.erasure_agree"),
    path("protect/erasures/<uuid:case_id>/confirm/", rights.confirm, name="trust.erasure_confirm"),
    path("protect/erasures/<uuid:case_id>/refuse/", rights.refuse_case, name="trust.erasure_refuse"),
    path("my-data/erasures/<uuid:case_id>/withdraw/", rights.withdraw, name="trust.erasure_withdraw"),
    path(
        "my-data/erasures/<uuid:case_id>/certificate.pdf",
        rights.certificate,
        name="trust.erasure_certificate",
    ),
    path("protect/retention/", keeping.retention, name="trust.retention"),
    path("protect/retention/certificate.pdf", keeping.certificate, name="trust.retention_certificate"),
    path("protect/holds/", keeping.holds, name="trust.holds"),
    path("protect/holds/<uuid:hold_id>/lift/", keeping.lift, name="trust.hold_lift"),
]
