"""Addresses of certificates. Those that stand in signed documents never change."""

from django.urls import path

from qiming.credentials import views

urlpatterns = [
    path("certificates/", views.certificates, name="credentials.certificates"),
    path("certificates/check/", views.check, name="credentials.check"),
    path("certificates/issuers/<str:code>/", views.issuer, name="credentials.issuer"),
    path("certificates/issuers/<str:code>/keys/<str:public>/", views.token_key, name="credentials.token_key"),
    path("certificates/status/<str:code>/", views.status_list, name="credentials.status"),
    path("certificates/achievements/<str:digest>/", views.achievement, name="credentials.achievement"),
    path("certificates/<str:code>/", views.certificate, name="credentials.certificate"),
    path("certificates/<str:code>/certificate.json", views.as_json, name="credentials.json"),
    path("certificates/<str:code>/certificate.jwt", views.as_token, name="credentials.token"),
    path("certificates/<str:code>/certificate.png", views.as_picture, name="credentials.picture"),
    path("certificates/<str:code>/certificate.pdf", views.as_pdf, name="credentials.pdf"),
    path("certificates/<str:code>/revoke/", views.revoke, name="credentials.revoke"),
    path("certificates/<str:code>/name/", views.show_name, name="credentials.show_name"),
]
