from django.urls import path

from qiming.resources.launching.urls import urlpatterns as launching
from qiming.resources.lti.urls import urlpatterns as lti
from qiming.resources.views import adopting, offering, opinions, shelf

urlpatterns = [
    *launching,
    path("resources/", shelf.shelf, name="resources.shelf"),
    path("resources/ours/", offering.ours, name="resources.ours"),
    path("resources/offer/", offering.offer, name="resources.offer"),
    path("resources/offer/tool/", offering.offer_tool, name="resources.offer_tool"),
    path("resources/offer/model/", offering.offer_model, name="resources.offer_model"),
    path("resources/offer/endpoint/", offering.offer_endpoint, name="resources.offer_endpoint"),
    path("resources/adopt/", adopting.adopt, name="resources.adopt"),
    path("resources/adoptions/<uuid:adoption_id>/end/", adopting.end, name="resources.end"),
    path("resources/versions/<uuid:version_id>/", shelf.version, name="resources.version"),
    path("resources/versions/<uuid:version_id>/revise/", offering.revise, name="resources.revise"),
    path("resources/versions/<uuid:version_id>/model.json", shelf.model_file, name="resources.model_file"),
    path("resources/compare/", shelf.compare, name="resources.compare"),
    path("resources/ours/credit/", opinions.credit, name="resources.credit"),
    path("resources/improvements/<uuid:improvement_id>/", opinions.mend, name="resources.mend"),
    path("resources/exclusions/", opinions.exclude, name="resources.exclusions"),
    path("resources/exclusions/<uuid:exclusion_id>/end/", opinions.readmit, name="resources.readmit"),
    path("resources/<uuid:resource_id>/record.zip", opinions.record, name="resources.record"),
    path("resources/<uuid:resource_id>/rate/", opinions.rate, name="resources.rate"),
    path("resources/<uuid:resource_id>/", shelf.resource, name="resources.resource"),
    *lti,
]
