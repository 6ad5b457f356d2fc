"""The classes of curriculum's fields: made from published text, or by teachers for their school."""

from qiming.kernel.privacy import RUNNING, classify, l1, l2, l3

TEXT = l1("课程内容")
SCHOOL = l2("教学安排")
STAFF = l3("教职工")

classify(
    "curriculum",
    {
        "Source": {TEXT: "path fingerprint problems", RUNNING: "looked_at"},
        "ConceptGraph": {
            TEXT: "key title subject status source abilities content_hash",
            RUNNING: "changed_at",
        },
        "Concept": {
            TEXT: "graph key title stage grade strand note pupil teacher abilities frameworks prerequisites"
            " misconceptions is_current"
        },
        "Syllabus": {
            TEXT: "key title published status subject full_text_found note content_hash scope_path version is_current",
            RUNNING: "changed_at",
        },
        "CourseLoan": {
            SCHOOL: "course_version lessons state",
            RUNNING: "seal lent_for stopped_at changed_at",
        },
        "SyllabusSheet": {
            TEXT: "file_name file_sha256 headings rows columns about applied_count syllabus",
            STAFF: "uploaded_by",
            RUNNING: "state applied_at",
        },
        "Outcome": {
            TEXT: "syllabus key position theme theme_title stage grade text source verified note lesson"
            " also_lessons concepts supports is_current"
        },
        "StageRule": {
            TEXT: "key kind stage value requires valid_from valid_to text source verified is_current"
        },
        "MediaFile": {TEXT: "sha256 media_type body"},
        "Dataset": {TEXT: "key content_hash title kind data files is_current"},
        "CourseVersion": {
            TEXT: "key content_hash title stage grades status data misconceptions media is_current"
            " scope_path root lineup"
        },
        "TestItem": {TEXT: "course_version form key position content_hash kind concept difficulty data html"},
        "LessonVersion": {
            TEXT: "course_version key position content_hash title minutes data guide_html slides tasksheet_html"
            " texts concepts media"
        },
        "SearchEntry": {TEXT: "kind owner target title place initials pinyin words"},
        "ImportedPackage": {
            TEXT: "file_name format title draft media report refusal",
            STAFF: "person_id",
            RUNNING: "state what done total told_at",
        },
        "LessonFork": {
            SCHOOL: "school_id course_key lesson_key title base parts media revision published_revision made",
            STAFF: "started_by changed_by",
            RUNNING: "changed_at",
        },
        "ForkStep": {
            SCHOOL: "fork revision kind changes base_before is_undone",
            STAFF: "made_by",
            RUNNING: "made_at",
        },
        "ForkVersion": {SCHOOL: "fork number lesson_version base parts", STAFF: "made_by"},
        "Proposal": {
            SCHOOL: "fork version school_name why changes state answer",
            STAFF: "asked_by answered_by",
            RUNNING: "answered_at",
        },
        "ItemVersion": {
            TEXT: "lesson_version key position content_hash kind concept difficulty use data html"
        },
    },
)
