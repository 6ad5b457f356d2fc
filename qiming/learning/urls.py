"""Where the learning room's pages are."""

from django.urls import path

from qiming.learning.judging import views as judging
from qiming.learning.labs import class_views
from qiming.learning.labs import views as labs
from qiming.learning.views import endings, home, marking, player

urlpatterns = [
    path("labs/", labs.cards, name="learning.lab_cards"),
    path("labs/<slug:lab>/", labs.card, name="learning.lab_card"),
    path("labs/<slug:lab>/try/", labs.try_lab, name="learning.try_lab"),
    path("learn/labs/", labs.shelf, name="learning.labs"),
    path("learn/labs/<slug:lab>/", labs.lab, name="learning.lab"),
    path("learn/works/<uuid:work_id>/versions/<int:no>/", labs.version, name="learning.version"),
    path("learn/works/<uuid:work_id>/versions/<int:no>/back/", labs.go_back, name="learning.go_back"),
    path("learn/gallery/<uuid:gallery_id>/", class_views.classmates, name="learning.classmates"),
    path(
        "learn/gallery/<uuid:gallery_id>/<uuid:work_id>/",
        class_views.classmates_work,
        name="learning.classmates_work",
    ),
    path("marking/labs/<uuid:offering_id>/", class_views.class_labs, name="learning.class_labs"),
    path("marking/labs/<uuid:offering_id>/gallery/", class_views.set_gallery, name="learning.set_gallery"),
    path(
        "marking/labs/<uuid:offering_id>/<slug:lesson_key>/<slug:step_key>/",
        class_views.grid,
        name="learning.lab_grid",
    ),
    path(
        "marking/labs/<uuid:offering_id>/<slug:lesson_key>/<slug:step_key>/board/",
        class_views.grid_piece,
        name="learning.lab_grid_piece",
    ),
    path("learn/", home.home, name="learning.home"),
    path("learn/worker.js", player.worker, name="learning.worker"),
    path("learn/practice/", home.practice, name="learning.practice"),
    path("learn/practice/<uuid:offering_id>/begin/", home.practice_begin, name="learning.practice_begin"),
    path(
        "learn/practice/<uuid:offering_id>/decline/", home.practice_decline, name="learning.practice_decline"
    ),
    path("learn/practice/run/<uuid:run_id>/", player.practice_run, name="learning.practice_run"),
    path("learn/practice/run/<uuid:run_id>/end/", home.practice_end, name="learning.practice_end"),
    path("learn/homework/<uuid:homework_id>/", home.homework, name="learning.homework"),
    path("learn/homework/<uuid:homework_id>/hand-in/", home.hand_in, name="learning.hand_in"),
    path("learn/tests/<uuid:task_id>/", endings.test, name="learning.test"),
    path("learn/projects/<uuid:task_id>/", endings.project, name="learning.project"),
    path("learn/works/", home.works, name="learning.works"),
    path("learn/works/<uuid:work_id>/", home.work, name="learning.work"),
    path("learn/works/<uuid:work_id>/comment/", home.comment_work, name="learning.comment_work"),
    path("learn/models/<uuid:made_id>/drop/", home.drop_model, name="learning.drop_model"),
    path("learn/answers/", home.answers, name="learning.answers"),
    path("learn/try/draft/<uuid:fork_id>/", player.try_draft, name="learning.try_draft"),
    path("learn/try/<uuid:lesson_version_id>/", player.try_lesson, name="learning.try"),
    path("learn/<uuid:offering_id>/<slug:lesson_key>/", player.player, name="learning.player"),
    path("school/server/<uuid:school_id>/", judging.notebook, name="learning.notebook"),
    path("school/microphone/<uuid:school_id>/", labs.microphone_switch, name="learning.microphone"),
    path("marking/tasks/<uuid:offering_id>/", endings.course_tasks, name="learning.course_tasks"),
    path("marking/tasks/<uuid:offering_id>/open/", endings.open_task, name="learning.open_task"),
    path("marking/tasks/<uuid:task_id>/close/", endings.close_task, name="learning.close_task"),
    path("marking/projects/<uuid:work_id>/", endings.judge, name="learning.judge"),
    path("marking/", marking.queue, name="learning.marking"),
    path("marking/<uuid:offering_id>/<uuid:item_version_id>/", marking.pile, name="learning.pile"),
    path("marking/answers/<uuid:attempt_id>/", marking.mark, name="learning.mark"),
    path("marking/homework/<uuid:homework_id>/", marking.homework, name="learning.homework_pile"),
    path(
        "marking/homework/<uuid:homework_id>/<uuid:pupil_id>/", marking.hand_in, name="learning.homework_of"
    ),
    path("marking/submissions/<uuid:submission_id>/", marking.give_back, name="learning.give_back"),
    path("marking/pupils/<uuid:offering_id>/<uuid:pupil_id>/", marking.pupil, name="learning.pupil"),
]
