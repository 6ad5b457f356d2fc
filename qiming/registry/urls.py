from django.urls import path
from django.views.generic import RedirectView

from qiming.kernel.http import public_page
from qiming.registry import urls_account, urls_packages, urls_places
from qiming.registry.views import (
    calendar,
    classes,
    door,
    imports,
    places,
    staff,
)

to_classes = public_page("转到班级列表；那一页自己看身份")(
    RedirectView.as_view(pattern_name="registry.classes")
)

urlpatterns = [
    path("sign-in/", door.door, name="registry.sign_in"),
    path("sign-in/card/", door.scanned, name="registry.scanned"),
    path("sign-in/pictures/", door.pictures, name="registry.pictures"),
    path("sign-in/code/", door.code, name="registry.code"),
    path("sign-in/code/<str:code>/", door.seat, name="registry.seat"),
    path("sign-in/family/", door.family, name="registry.family"),
    path("sign-in/password/", door.password, name="registry.password"),
    path("sign-out/", door.sign_out, name="registry.sign_out"),
    path("c/<str:token>", door.card, name="registry.card"),
    path("school/", to_classes, name="registry.school"),
    path("school/classes/", classes.classes, name="registry.classes"),
    path("school/classes/<uuid:class_id>/", classes.roster, name="registry.roster"),
    path("school/classes/<uuid:class_id>/add/", classes.add_pupil, name="registry.add_pupil"),
    path("school/classes/<uuid:class_id>/cards/", classes.cards, name="registry.cards"),
    path("school/classes/<uuid:class_id>/pictures/", classes.pins, name="registry.pins"),
    path("school/classes/<uuid:class_id>/new-cards/", classes.new_cards, name="registry.new_cards"),
    path("school/pupils/<uuid:person_id>/", classes.pupil, name="registry.pupil"),
    path("school/pupils/<uuid:person_id>/rename/", classes.rename, name="registry.rename"),
    path("school/pupils/<uuid:person_id>/move/", classes.move, name="registry.move"),
    path("school/pupils/<uuid:person_id>/leave/", classes.leave, name="registry.leave"),
    path("school/pupils/<uuid:person_id>/pictures/", classes.reset_pin, name="registry.reset_pin"),
    path("school/pupils/<uuid:person_id>/card/", classes.new_card, name="registry.new_card"),
    path("school/pupils/<uuid:person_id>/family/", classes.family_code, name="registry.family_code"),
    path("school/import/", imports.upload, name="registry.upload"),
    path("school/import/template.xlsx", imports.template, name="registry.template"),
    path("school/import/<uuid:import_id>/", imports.preview, name="registry.import"),
    path("school/import/<uuid:import_id>/apply/", imports.apply, name="registry.apply"),
    path("school/import/<uuid:import_id>/drop/", imports.drop, name="registry.drop"),
    path("school/import/<uuid:import_id>/wrong-rows.xlsx", imports.wrong_rows, name="registry.wrong_rows"),
    path("school/staff/", staff.staff, name="registry.staff"),
    path("school/staff/new/", staff.create, name="registry.create_staff"),
    path("school/<uuid:school_id>/staff/<uuid:person_id>/", staff.person, name="registry.staff_person"),
    path("school/<uuid:school_id>/staff/<uuid:person_id>/assign/", staff.assign, name="registry.assign"),
    path("school/<uuid:school_id>/staff/<uuid:person_id>/appoint/", staff.appoint, name="registry.appoint"),
    path(
        "school/<uuid:school_id>/staff/<uuid:person_id>/grants/<uuid:grant_id>/end/",
        staff.end_grant,
        name="registry.end_grant",
    ),
    path(
        "school/<uuid:school_id>/staff/<uuid:person_id>/password/",
        staff.reset_password,
        name="registry.reset_password",
    ),
    path("school/<uuid:school_id>/staff/<uuid:person_id>/leave/", staff.leave, name="registry.staff_leave"),
    path("school/calendar/", calendar.calendar, name="registry.calendar"),
    path("school/<uuid:school_id>/calendar/<str:year>/term/", calendar.set_term, name="registry.set_term"),
    path("school/<uuid:school_id>/calendar/add/", calendar.add_holiday, name="registry.add_holiday"),
    path("school/<uuid:school_id>/calendar/remove/", calendar.remove_holiday, name="registry.remove_holiday"),
    path("school/<uuid:school_id>/periods/<str:stage>/", calendar.periods, name="registry.periods"),
    path("places/", places.places, name="registry.places"),
    path("places/<uuid:place_id>/", places.places, name="registry.place"),
    *urls_account.urlpatterns,
    *urls_packages.urlpatterns,
    *urls_places.urlpatterns,
]
