"""Addresses of teaching groups, alliances, second schools, moves between schools, last days."""

from django.urls import path

from qiming.registry.views import alliances, groups, several, timetables, transfers, year_turn

urlpatterns = [
    path("school/timetable/", timetables.upload, name="registry.timetables"),
    path("school/timetable/template.xlsx", timetables.template, name="registry.timetable_template"),
    path("school/timetable/<uuid:import_id>/", timetables.preview, name="registry.timetable"),
    path("school/timetable/<uuid:import_id>/apply/", timetables.apply, name="registry.apply_timetable"),
    path("school/timetable/<uuid:import_id>/drop/", timetables.drop, name="registry.drop_timetable"),
    path(
        "school/timetable/<uuid:import_id>/wrong-rows.xlsx",
        timetables.wrong_rows,
        name="registry.timetable_wrong",
    ),
    path("school/year/", year_turn.turns, name="registry.turns"),
    path("school/year/new/", year_turn.prepare, name="registry.prepare_turn"),
    path("school/year/<uuid:promotion_id>/", year_turn.turn, name="registry.turn"),
    path("school/year/<uuid:promotion_id>/choose/", year_turn.choose, name="registry.choose_turn"),
    path("school/year/<uuid:promotion_id>/keep/", year_turn.keep_back, name="registry.keep_back"),
    path("school/year/<uuid:promotion_id>/confirm/", year_turn.confirm, name="registry.confirm_turn"),
    path("school/year/<uuid:promotion_id>/drop/", year_turn.drop, name="registry.drop_turn"),
    path("school/year/<uuid:promotion_id>/undo/", year_turn.undo, name="registry.undo_turn"),
    path("school/groups/", groups.groups, name="registry.groups"),
    path("school/groups/new/", groups.create, name="registry.create_group"),
    path("school/groups/<uuid:group_id>/", groups.group, name="registry.group"),
    path("school/groups/<uuid:group_id>/pupils/", groups.pupils, name="registry.group_pupils"),
    path("school/groups/<uuid:group_id>/rename/", groups.rename, name="registry.rename_group"),
    path("school/groups/<uuid:group_id>/close/", groups.close, name="registry.close_group"),
    path(
        "school/groups/<uuid:group_id>/pupils/<uuid:person_id>/pictures/",
        groups.reset_pin,
        name="registry.reset_group_pin",
    ),
    path(
        "school/<uuid:school_id>/staff/<uuid:person_id>/grants/<uuid:grant_id>/until/",
        several.grant_until,
        name="registry.grant_until",
    ),
    path(
        "school/<uuid:school_id>/staff/<uuid:person_id>/until/",
        several.work_until,
        name="registry.work_until",
    ),
    path(
        "school/pupils/<uuid:person_id>/guardians/<uuid:guardianship_id>/until/",
        several.guardian_until,
        name="registry.guardian_until",
    ),
    path("school/staff/invite/", several.invite, name="registry.invite"),
    path("school/staff/borrow/", several.borrow, name="registry.borrow"),
    path(
        "school/staff/invitations/<uuid:invitation_id>/withdraw/",
        several.withdraw,
        name="registry.withdraw_invitation",
    ),
    path("me/schools/", several.mine, name="registry.my_schools"),
    path("me/schools/<uuid:invitation_id>/", several.answer, name="registry.answer_invitation"),
    path("alliances/", alliances.alliances, name="registry.alliances"),
    path("alliances/new/", alliances.propose, name="registry.propose_alliance"),
    path("alliances/<uuid:alliance_id>/", alliances.alliance, name="registry.alliance"),
    path("alliances/<uuid:alliance_id>/ask/", alliances.ask, name="registry.ask_school"),
    path("alliances/<uuid:alliance_id>/end/", alliances.end, name="registry.end_alliance"),
    path("alliances/members/<uuid:member_id>/answer/", alliances.answer, name="registry.answer_alliance"),
    path("alliances/members/<uuid:member_id>/leave/", alliances.leave, name="registry.leave_alliance"),
    path("school/transfers/", transfers.transfers, name="registry.transfers"),
    path("school/transfers/ask/", transfers.ask, name="registry.ask_transfer"),
    path("school/pupils/<uuid:person_id>/transfer/", transfers.release, name="registry.release_transfer"),
    path("school/transfers/<uuid:transfer_id>/", transfers.answer, name="registry.answer_transfer"),
    path("school/transfers/<uuid:transfer_id>/receive/", transfers.receive, name="registry.receive_transfer"),
    path(
        "school/transfers/<uuid:transfer_id>/withdraw/", transfers.withdraw, name="registry.withdraw_transfer"
    ),
    path("school/transfers/<uuid:transfer_id>/decide/", transfers.decide, name="registry.decide_transfer"),
]
