"""The classes of teaching's fields."""

from qiming.kernel.privacy import RUNNING, classify, l2, l3

PLANS = l2("教学安排")
STAFF = l3("教职工")
LEDGER = l3("课时台账")
ACTS = l3("学习过程")
FILES = l3("上传文件")

classify(
    "teaching",
    {
        "Offering": {
            PLANS: "class_group_id course_version_id next_version_id course_key subject title school_year mode"
            " host_subject"
            " share_minutes period_minutes is_open plan_reasons",
            STAFF: "opened_by",
        },
        "TaughtPeriod": {
            PLANS: "offering class_group_id school_year subject lesson_key lesson_version_id position part parts"
            " title"
            " materials outcome_ids planned_date slot_no starts_at ends_at state credited_minutes"
            " period_minutes evidence_kind taught_at confirmed_at is_late is_amended",
            STAFF: "note taught_by confirmed_by",
        },
        "PeriodChange": {PLANS: "period kind", LEDGER: "before after reason", STAFF: "made_by"},
        "PeriodPhoto": {PLANS: "period", FILES: "stored_file faces pictured", STAFF: "added_by"},
        "Homework": {
            PLANS: "offering class_group_id title note lesson_key activity_keys item_keys due_at is_open",
            ACTS: "pupil_ids",
            STAFF: "set_by",
        },
        "Attendance": {LEDGER: "period pupil_id status source", STAFF: "marked_by"},
        "PeriodEvidence": {LEDGER: "period pupil_id kind count late_count first_at last_at"},
        "PeriodCredit": {
            LEDGER: "period pupil_id class_group_id school_year credited_minutes period_minutes basis reasons"
            " evidence_ids"
        },
        "LivePeriod": {
            PLANS: "period join_code current_activity pace is_paused wall slide_no started_at ended_at",
            ACTS: "released shown_work_id",
            STAFF: "started_by",
        },
        "Presence": {
            ACTS: "period pupil_id activity done_activities steps_done steps_total tries seq last_seen moved_at"
            " changed_at hand_up_at"
        },
        "LivePoll": {PLANS: "live activity_key question choices round_no is_open closed_at"},
        "PollVote": {ACTS: "poll pupil_id choice"},
        "JoinTry": {l3("登录凭证"): "who"},
        "PastImport": {
            LEDGER: "file_name rows problems sha256",
            STAFF: "uploaded_by",
            RUNNING: "applied_at applied_count skipped_count",
        },
    },
)
