"""Addresses of OneRoster packages."""

from django.urls import path

from qiming.registry.views import packages

urlpatterns = [
    path("packages/", packages.packages, name="registry.packages"),
    path("packages/<uuid:package_id>/", packages.package, name="registry.package"),
    path("packages/<uuid:package_id>/progress/", packages.progress, name="registry.package_progress"),
    path("packages/<uuid:package_id>/apply/", packages.apply, name="registry.package_apply"),
    path("packages/<uuid:package_id>/compare/", packages.compare_again, name="registry.package_compare"),
    path("packages/<uuid:package_id>/drop/", packages.drop, name="registry.package_drop"),
    path("packages/<uuid:package_id>/wrong-rows.zip", packages.wrong_rows, name="registry.package_wrong"),
]
