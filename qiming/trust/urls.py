from django.urls import path

from qiming.trust import views

app_name = "trust"
urlpatterns = [
    path("reads/", views.my_reads, name="my_reads"),
    path("reads/<uuid:person_id>/", views.reads, name="reads"),
]
