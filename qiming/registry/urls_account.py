"""Addresses of one's own account, of the second step at the door, of recovery and emergency powers."""

from django.urls import path

from qiming.registry.views import account, classes, emergency, factors, outside, recovery, second

urlpatterns = [
    path("sign-in/second/", second.second, name="registry.second"),
    path("sign-in/passkey/begin/", second.passkey_begin, name="registry.passkey_begin"),
    path("sign-in/passkey/", second.passkey_enter, name="registry.passkey_enter"),
    path("sign-in/with/", outside.ways, name="registry.outside"),
    path("sign-in/with/<slug:key>/", outside.go, name="registry.outside_go"),
    path("sign-in/back/<slug:key>/", outside.back, name="registry.outside_back"),
    path("account/", account.account, name="registry.account"),
    path("account/sessions/", account.own_sessions, name="registry.sessions"),
    path("account/sessions/others/", account.end_other_sessions, name="registry.end_other_sessions"),
    path("account/sessions/<slug:mark>/", account.end_session, name="registry.end_session"),
    path("account/second-factor/", factors.overview, name="registry.second_factor"),
    path("account/second-factor/app/", factors.add_app, name="registry.add_app"),
    path("account/second-factor/codes/", factors.new_codes, name="registry.new_codes"),
    path("account/second-factor/passkey/begin/", factors.passkey_make, name="registry.passkey_make"),
    path("account/second-factor/passkey/", factors.passkey_keep, name="registry.passkey_keep"),
    path(
        "account/second-factor/<int:factor_id>/remove/", factors.remove, name="registry.remove_second_factor"
    ),
    path("account/again/", second.again, name="registry.again"),
    path("account/told/", account.told, name="registry.told"),
    path("account/links/confirm/", account.link_confirm, name="registry.link_confirm"),
    path("account/links/<slug:key>/remove/", account.unlink, name="registry.unlink"),
    path("guardians/<uuid:guardianship_id>/end/", account.end_guardianship, name="registry.end_guardianship"),
    path("emergency/", emergency.powers, name="registry.powers"),
    path("emergency/<uuid:power_id>/end/", emergency.end_power, name="registry.end_power"),
    path("emergency/<uuid:power_id>/review/", emergency.review_power, name="registry.review_power"),
    path("places/<uuid:place_id>/emergency/", emergency.raise_power, name="registry.raise_power"),
    path("places/<uuid:place_id>/people/", recovery.leaders, name="registry.leaders"),
    path("people/<uuid:person_id>/recover/", recovery.recover, name="registry.recover"),
    path("school/pupils/<uuid:person_id>/sign-out/", classes.sign_out, name="registry.pupil_sign_out"),
]
