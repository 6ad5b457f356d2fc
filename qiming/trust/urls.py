from django.urls import path

from qiming.trust import views

urlpatterns = [
    path("reads/", views.my_reads, name="trust.my_reads"),
    path("reads/<uuid:person_id>/", views.reads, name="trust.reads"),
]
