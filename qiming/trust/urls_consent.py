"""Addresses of consent: the family's pages, the school's slips."""

from django.urls import path

from qiming.trust.views import consent, slips

urlpatterns = [
    path("consent/", consent.mine, name="trust.my_consent"),
    path("consent/<uuid:person_id>/", consent.consent, name="trust.consent"),
    path("consent/<uuid:person_id>/decide/", consent.decide, name="trust.decide"),
    path("consent/classes/", slips.classes, name="trust.slips"),
    path("consent/classes/<uuid:class_id>/", slips.enter, name="trust.slips_class"),
    path("consent/classes/<uuid:class_id>/ask/", slips.ask, name="trust.slips_ask"),
    path("consent/classes/<uuid:class_id>/print/", slips.print_slips, name="trust.slips_print"),
    path("consent/slips/<uuid:batch_id>/scans/", slips.add_scans, name="trust.add_scans"),
    path("consent/scans/<uuid:scan_id>/", slips.scan, name="trust.scan"),
]
