from django.urls import path

from qiming.curriculum import media, views
from qiming.curriculum.authoring import urls as authoring
from qiming.curriculum.exchange import case_views as case
from qiming.curriculum.exchange import schema_views as schemas
from qiming.curriculum.exchange import views as exchange
from qiming.curriculum.syllabi import views as syllabi

urlpatterns = [
    *authoring.urlpatterns,
    path("courses/", views.shelf, name="curriculum.shelf"),
    path("courses/search/", views.search, name="curriculum.search"),
    path("courses/versions/<uuid:version_id>/", views.course_version_page, name="curriculum.course_version"),
    path("courses/versions/<uuid:version_id>/<slug:book>.pdf", views.book, name="curriculum.book"),
    path("courses/versions/<uuid:version_id>/take/", exchange.taking, name="curriculum.taking"),
    path("courses/versions/<uuid:version_id>/take/<slug:key>", exchange.take, name="curriculum.take"),
    path("courses/brought/", exchange.brought, name="curriculum.brought"),
    path("courses/brought/<uuid:brought_id>/", exchange.brought_one, name="curriculum.brought_one"),
    path(
        "courses/brought/<uuid:brought_id>/progress/",
        exchange.brought_progress,
        name="curriculum.brought_progress",
    ),
    path(
        "courses/brought/<uuid:brought_id>/draft.zip",
        exchange.brought_folder,
        name="curriculum.brought_folder",
    ),
    path("courses/brought/<uuid:brought_id>/place/", exchange.brought_place, name="curriculum.brought_place"),
    path("courses/brought/<uuid:brought_id>/drop/", exchange.brought_drop, name="curriculum.brought_drop"),
    path(
        "courses/brought/<uuid:brought_id>/<int:lesson_no>/media/<str:name>",
        exchange.brought_media,
        name="curriculum.brought_media",
    ),
    path("courses/<slug:key>/", views.course_page, name="curriculum.course"),
    path("lessons/<uuid:version_id>/", views.lesson_page, name="curriculum.lesson"),
    path("lessons/<uuid:version_id>/guide/", views.guide_page, name="curriculum.guide"),
    path("lessons/<uuid:version_id>/guide/print", views.guide_print, name="curriculum.guide_print"),
    path("lessons/<uuid:version_id>/items/", views.items_page, name="curriculum.items"),
    path("lessons/<uuid:version_id>/slides", views.slides_page, name="curriculum.slides"),
    path(
        "lessons/<uuid:version_id>/tasksheet/print", views.tasksheet_print, name="curriculum.tasksheet_print"
    ),
    path("concepts/", views.concepts_page, name="curriculum.concepts"),
    path("concepts/<slug:key>/", views.concept_page, name="curriculum.concept"),
    path("syllabus/", syllabi.syllabus_page, name="curriculum.syllabus"),
    path("syllabus/bring/", syllabi.bring, name="curriculum.bring_syllabus"),
    path("syllabus/bring/template.xlsx", syllabi.template, name="curriculum.syllabus_template"),
    path("syllabus/bring/<uuid:sheet_id>/", syllabi.sheet, name="curriculum.syllabus_sheet"),
    path("syllabus/bring/<uuid:sheet_id>/apply/", syllabi.apply, name="curriculum.apply_syllabus"),
    path("syllabus/bring/<uuid:sheet_id>/drop/", syllabi.drop, name="curriculum.drop_syllabus"),
    path("syllabus/<slug:key>/", syllabi.syllabus_version, name="curriculum.syllabus_version"),
    path(
        "content/courses/<uuid:version_id>/media/<str:name>",
        media.course_media,
        name="curriculum.course_media",
    ),
    path("content/lessons/<uuid:version_id>/media/<str:name>", media.lesson_media, name="curriculum.media"),
    path("content/datasets/<str:key>/<str:name>", media.dataset_file, name="curriculum.dataset_file"),
    path("content/schemas/", schemas.schemas, name="curriculum.schemas"),
    path("content/schemas/<slug:name>.schema.json", schemas.schema, name="curriculum.schema"),
    path("ims/case/v1p1/CFDocuments", case.documents, name="curriculum.case_documents"),
    path("ims/case/v1p1/CFDocuments/<uuid:identifier>", case.document, name="curriculum.case_document"),
    path("ims/case/v1p1/CFPackages/<uuid:identifier>", case.package, name="curriculum.case_package"),
    path("ims/case/v1p1/CFItems/<uuid:identifier>", case.item, name="curriculum.case_item"),
    path(
        "ims/case/v1p1/CFAssociations/<uuid:identifier>", case.association, name="curriculum.case_association"
    ),
    path(
        "ims/case/v1p1/CFItemAssociations/<uuid:identifier>",
        case.item_associations,
        name="curriculum.case_item_associations",
    ),
]
