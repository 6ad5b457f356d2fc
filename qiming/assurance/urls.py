from django.urls import path

from qiming.assurance.views import banks, company, office, register, reports, runs, telemetry, version

urlpatterns = [
    path("register/", register.register, name="assurance.register"),
    path("register/<uuid:product_id>/", register.product, name="assurance.registered"),
    path("assurance/", company.mine, name="assurance.mine"),
    path("assurance/new/", company.new, name="assurance.new"),
    path("assurance/telemetry/", telemetry.telemetry, name="assurance.telemetry"),
    path("assurance/desk/", office.desk, name="assurance.desk"),
    path("assurance/desk/list.csv", office.listed_csv, name="assurance.list_csv"),
    path("assurance/desk/list.json", office.listed_json, name="assurance.list_json"),
    path("assurance/desk/vendors/", office.vendors, name="assurance.vendors"),
    path("assurance/desk/banks/", banks.banks, name="assurance.banks"),
    path("assurance/desk/banks/<uuid:bank_id>/end/", banks.end_bank, name="assurance.end_bank"),
    path("assurance/desk/<uuid:product_id>/", office.watching, name="assurance.watching"),
    path("assurance/products/<uuid:product_id>/", company.product, name="assurance.own_product"),
    path("assurance/products/<uuid:product_id>/renew/", company.renew, name="assurance.renew"),
    path("assurance/products/<uuid:product_id>/launch/", company.launch, name="assurance.launch"),
    path("assurance/products/<uuid:product_id>/key/", company.key, name="assurance.key"),
    path("assurance/versions/<uuid:version_id>/", version.version, name="assurance.version"),
    path("assurance/versions/<uuid:version_id>/edit/", company.edit, name="assurance.edit"),
    path("assurance/versions/<uuid:version_id>/numbers/", company.numbers, name="assurance.numbers"),
    path("assurance/versions/<uuid:version_id>/send/", company.send, name="assurance.send"),
    path("assurance/versions/<uuid:version_id>/self-test/", company.self_test, name="assurance.self_test"),
    path("assurance/versions/<uuid:version_id>/report/", company.report, name="assurance.report"),
    path("assurance/versions/<uuid:version_id>/stop/", version.stop, name="assurance.stop"),
    path("assurance/versions/<uuid:version_id>/do/<slug:what>/", version.act, name="assurance.act"),
    path("assurance/runs/<uuid:run_id>/", runs.run, name="assurance.run"),
    path("assurance/runs/<uuid:run_id>/progress/", runs.progress, name="assurance.progress"),
    path("assurance/runs/<uuid:run_id>/mark/", runs.mark, name="assurance.mark"),
    path("assurance/runs/<uuid:run_id>/transcript/", runs.transcript, name="assurance.transcript"),
    path("assurance/runs/<uuid:run_id>/judge/", runs.judge, name="assurance.judge"),
    path("assurance/runs/<uuid:run_id>/judging/", runs.judging, name="assurance.judging"),
    path("assurance/runs/<uuid:run_id>/written/", reports.write_run, name="assurance.write_run"),
    path(
        "assurance/versions/<uuid:version_id>/written/", reports.write_version, name="assurance.write_version"
    ),
    path(
        "assurance/versions/<uuid:version_id>/compare/<uuid:other_id>/",
        reports.compare,
        name="assurance.compare",
    ),
    path("assurance/written/<uuid:written_id>/", reports.written, name="assurance.written"),
    path("assurance/written/<uuid:written_id>/progress/", reports.writing, name="assurance.writing"),
    path(
        "assurance/written/<uuid:written_id>/<slug:form>/",
        reports.written_file,
        name="assurance.written_file",
    ),
    path("assurance/reports/<uuid:report_id>/file/", runs.report_file, name="assurance.report_file"),
]
