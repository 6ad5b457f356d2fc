"""The classes of learning's fields."""

from qiming.kernel.privacy import RUNNING, classify, l3

ACTS = l3("学习过程")
MADE = l3("学习成果")
STAFF = l3("教职工")

classify(
    "learning",
    {
        "Progress": {ACTS: "pupil offering lesson_key activity_key state done_at updated_at"},
        "Attempt": {
            ACTS: "pupil offering period homework practice item_version lesson_key activity_key item_key concept"
            " context try_no response correct score_scaled hints_used solution_shown misconceptions reply"
            " client_at received_at late statement_id needs_person",
            MADE: "points comment",
            STAFF: "marked_by marked_at",
        },
        "HintUse": {ACTS: "pupil offering item_key item_version rung used_at statement_id"},
        "LearnerState": {MADE: "pupil state"},
        "MasteryState": {MADE: "pupil concept p band sure n last_day state fit updated_at"},
        "MasteryCorrection": {
            MADE: "pupil concept band reason made_at ended_at is_replaced",
            STAFF: "made_by ended_by",
        },
        "BandChange": {MADE: "pupil concept before after why fit at"},
        "TracerFit": {RUNNING: "version body answers pupils loss loss_before from_at reread_at"},
        "Work": {
            MADE: "pupil offering lesson_key activity_key kind title state page save_id client_at updated_at"
            " handed_in_at seen_at comment",
            STAFF: "commented_by",
        },
        "WorkVersion": {MADE: "pupil work no why state at"},
        "KeptModel": {
            MADE: "pupil offering lesson_key activity_key made_id name kind lab from_camera body size_bytes updated_at",
        },
        "LabRun": {ACTS: "pupil offering lesson_key activity_key lab tally last_at"},
        "Gallery": {
            STAFF: "opened_by opened_at closed_at",
            RUNNING: "offering lesson_key activity_key title is_open keeps_pictures",
        },
        "JudgeRun": {
            ACTS: "pupil kind offering lesson_key activity_key state asked_at taken_at lease_until tries finished_at"
            " statement_id",
            MADE: "work work_version source answers output outcome passed of",
        },
        "JudgeStation": {RUNNING: "name works notebook says remedy packages seen_at"},
        "MicrophoneChoice": {RUNNING: "school is_on", STAFF: "set_by set_at"},
        "NotebookChoice": {RUNNING: "school is_on", STAFF: "set_by set_at"},
        "PracticeRun": {ACTS: "pupil offering day state choices started_at ended_at"},
        "Submission": {
            MADE: "pupil homework state times handed_in_at is_late score_scaled comment",
            STAFF: "marked_by marked_at",
        },
        "CourseTask": {STAFF: "offering form opened_by opened_at closed_by closed_at"},
        "TestAnswer": {
            ACTS: "pupil task period test_item item_key concept response correct misconceptions client_at"
            " received_at is_late statement_id",
        },
        "ProjectMember": {MADE: "pupil task work"},
        "Judgement": {MADE: "pupil task by levels reasons comment judged_at", STAFF: "judged_by"},
        "GainSum": {RUNNING: "offering course_key school_year concept pupils items before after left_out"},
        "ResearchExtract": {STAFF: "asked_by", RUNNING: "reason from_day to_day pupils attempts sha256"},
        "ResearchShare": {ACTS: "pupil extract attempts"},
    },
)
