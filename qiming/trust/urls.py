from django.urls import path

from qiming.trust import urls_consent, urls_ledger
from qiming.trust.views import reads

urlpatterns = [
    path("reads/", reads.my_reads, name="trust.my_reads"),
    path("reads/<uuid:person_id>/", reads.reads, name="trust.reads"),
    *urls_consent.urlpatterns,
    *urls_ledger.urlpatterns,
]
