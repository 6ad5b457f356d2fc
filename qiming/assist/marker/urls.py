from django.urls import URLPattern, path

from qiming.assist.marker import photo_views, views

QUESTION = "assist/marking/<uuid:offering_id>/<uuid:item_version_id>/"
SHEETS = "assist/sheets/<uuid:homework_id>/"
PHOTO = "assist/photos/<uuid:sheet_photo_id>/"

urlpatterns: list[URLPattern] = [
    path("assist/marking/", views.home, name="assist.marker"),
    path("assist/marking/<uuid:offering_id>/how/", views.choice, name="assist.marker_choice"),
    path(QUESTION, views.question, name="assist.question"),
    path(f"{QUESTION}rubric/", views.rubric, name="assist.rubric"),
    path(SHEETS, photo_views.sheets, name="assist.sheets"),
    path(f"{SHEETS}progress/", photo_views.progress, name="assist.sheets_progress"),
    path(f"{SHEETS}again/", photo_views.read_again, name="assist.read_again"),
    path(f"{SHEETS}print/", photo_views.blank, name="assist.sheet_blank"),
    path(PHOTO, photo_views.photo, name="assist.photo"),
    path(f"{PHOTO}file", photo_views.photo_file, name="assist.photo_file"),
    path(f"{PHOTO}drop/", photo_views.drop, name="assist.drop_photo"),
]
