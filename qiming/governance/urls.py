from django.urls import path

from qiming.governance import views

urlpatterns = [
    path("desk/", views.desk, name="governance.desk"),
    path("desk/<uuid:place_id>/", views.place_desk, name="governance.place"),
    path("desk/<uuid:place_id>/table.<str:kind>", views.export, name="governance.export"),
    path("desk/<uuid:place_id>/gains/", views.gains, name="governance.gains"),
    path("desk/<uuid:place_id>/classes/", views.classes, name="governance.classes"),
    path("desk/classes/<uuid:class_id>/", views.class_page, name="governance.class"),
    path("desk/classes/<uuid:class_id>/ask/", views.ask, name="governance.ask"),
    path("desk/asks/<uuid:ask_id>/", views.ask_page, name="governance.ask_page"),
    path("desk/asks/<uuid:ask_id>/answer/", views.answer, name="governance.answer"),
    path("desk/asks/<uuid:ask_id>/close/", views.close, name="governance.close"),
    path("samples/", views.samples, name="governance.samples"),
    path("samples/<uuid:sample_id>/", views.sample, name="governance.sample"),
]
