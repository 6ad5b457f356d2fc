from django.urls import path

from qiming.governance import views
from qiming.governance.supervision import views as supervision
from qiming.governance.surveys import views as surveys
from qiming.governance.tasks import views as tasks
from qiming.governance.yearend import views as yearend

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
    path("year-end/", yearend.home, name="governance.year_home"),
    path("year-end/<uuid:place_id>/", yearend.place, name="governance.year_place"),
    path("year-end/schools/<uuid:year_end_id>/", yearend.school, name="governance.year_school"),
    path("rounds/", supervision.home, name="governance.rounds"),
    path("rounds/new/", supervision.new, name="governance.round_new"),
    path("rounds/<uuid:round_id>/", supervision.one_round, name="governance.round"),
    path("rounds/schools/<uuid:review_id>/", supervision.review, name="governance.review"),
    path("tasks/", tasks.home, name="governance.tasks"),
    path("tasks/plans/new/", tasks.new_plan, name="governance.task_plan_new"),
    path("tasks/plans/template.xlsx", tasks.template, name="governance.task_template"),
    path("tasks/plans/<uuid:task_plan_id>/", tasks.plan, name="governance.task_plan"),
    path("tasks/plans/<uuid:task_plan_id>/table.xlsx", tasks.export, name="governance.task_export"),
    path("tasks/<uuid:dated_task_id>/", tasks.task, name="governance.task"),
    path("surveys/", surveys.home, name="governance.surveys"),
    path("surveys/new/", surveys.new, name="governance.survey_new"),
    path("surveys/mine/", surveys.mine, name="governance.surveys_mine"),
    path("surveys/<uuid:survey_id>/", surveys.survey, name="governance.survey"),
    path("surveys/<uuid:survey_id>/answer/", surveys.answer, name="governance.survey_answer"),
    path("surveys/<uuid:survey_id>/send/", surveys.send, name="governance.survey_send"),
    path("surveys/<uuid:survey_id>/results/", surveys.outcome, name="governance.survey_results"),
    path("surveys/<uuid:survey_id>/results.csv", surveys.export, name="governance.survey_export"),
]
