"""Where the pages about products in classes are."""

from django.urls import path

from qiming.resources.launching.views import family, lessons, school

urlpatterns = [
    path("resources/tools/", school.tools, name="resources.tools"),
    path("resources/tools/ask/", school.ask, name="resources.ask_tool"),
    path("resources/tools/notices/read/", school.read_notices, name="resources.read_notices"),
    path("resources/tools/<uuid:use_id>/", school.tool, name="resources.tool"),
    path("resources/tools/<uuid:use_id>/minutes/", school.minutes, name="resources.tool_minutes"),
    path("resources/tools/<uuid:use_id>/decide/", school.decide, name="resources.tool_decide"),
    path("resources/tools/<uuid:use_id>/decline/", school.decline, name="resources.tool_decline"),
    path("resources/tools/<uuid:use_id>/file/", school.file, name="resources.tool_file"),
    path("resources/tools/<uuid:use_id>/refuse/", school.refuse, name="resources.tool_refuse"),
    path("resources/tools/<uuid:use_id>/enable/", school.enable, name="resources.tool_enable"),
    path("resources/tools/<uuid:use_id>/stop/", school.stop, name="resources.tool_stop"),
    path("resources/tools/<uuid:use_id>/resume/", school.resume, name="resources.tool_resume"),
    path("resources/tools/<uuid:use_id>/end/", school.end, name="resources.tool_end"),
    path("resources/tools/<uuid:use_id>/close/", school.close, name="resources.tool_close"),
    path(
        "resources/classes/<uuid:class_id>/products/<uuid:product_id>/words/",
        family.words,
        name="resources.tool_words",
    ),
    path(
        "resources/classes/<uuid:class_id>/lessons/<uuid:lesson_version_id>/",
        lessons.place,
        name="resources.place_tool",
    ),
    path("resources/classes/<uuid:class_id>/now/<slug:lesson_key>/", lessons.now, name="resources.tools_now"),
    path("resources/places/<uuid:spot_id>/", lessons.open_tool, name="resources.open_tool"),
    path("resources/places/<uuid:spot_id>/go/<str:token>/", lessons.go, name="resources.go_to_tool"),
    path("resources/places/<uuid:spot_id>/away/", lessons.take_away, name="resources.take_tool_away"),
    path("resources/family/<uuid:person_id>/", family.family, name="resources.family_tools"),
    path("resources/family/<uuid:person_id>/say/", family.say, name="resources.say_tool"),
]
