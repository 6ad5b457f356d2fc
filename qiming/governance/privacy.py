"""The classes of governance's fields."""

from qiming.kernel.privacy import RUNNING, classify, l2, l3

SUMS = l2("统计汇总")
STAFF = l3("教职工")

classify(
    "governance",
    {
        "ClassCoverage": {
            SUMS: "class_group_id school_id school_year grade required pupils zero enough periods_milli"
            " confirmed_milli unconfirmed_milli planned_milli oldest_unconfirmed low high is_at_risk because"
            " by_evidence confirmed_by_month planned_by_month",
            RUNNING: "counted_at",
        },
        "GradeCoverage": {
            SUMS: "school_id school_year grade required classes pupils zero enough zero_classes zero_hidden"
            " at_risk_classes at_risk_pupils periods_milli low_pupils high_pupils platform documented declared"
            " confirmed_by_month planned_by_month",
            RUNNING: "counted_at",
        },
        "PlanAsk": {
            SUMS: "class_group_id school_year text asked_as due_on state answer answered_at closed_at",
            STAFF: "asked_by answered_by",
        },
        "SampleDraw": {SUMS: "school_year seed size candidates school_ids", STAFF: "drawn_by"},
        "TaskPlan": {
            SUMS: "title source file_name sha256 rows problems applied_at",
            STAFF: "made_by",
        },
        "DatedTask": {
            SUMS: "plan number position title state first_due_on due_on said_on done_on progress progress_on",
            RUNNING: "case_id told",
        },
        "TaskUnit": {SUMS: "task name org_id is_lead"},
        "YearEnd": {
            SUMS: "school_id school_year is_rehearsal state lines digest cut_at signals why_short drawn frozen_at",
            RUNNING: "case_id",
        },
        "SupervisionRound": {
            SUMS: "title school_year body minutes seed digest",
            STAFF: "opened_by",
        },
        "SchoolReview": {
            SUMS: "round school_id state is_drawn figures digest said findings",
            RUNNING: "case_id",
        },
        "YearDraw": {
            SUMS: "school_year is_rehearsal seed candidates by_risk at_random",
            STAFF: "drawn_by",
        },
        "YearFreeze": {SUMS: "school_year is_rehearsal schools sums digest", STAFF: "frozen_by"},
        "Survey": {
            SUMS: "title purpose audience grades questions starts_on ends_on size is_public state seed strata results",
            STAFF: "made_by",
        },
        # None of these names anybody, and none can be led back to somebody (decision 0047).
        "SurveyInvitation": {RUNNING: "survey digest is_used"},
        "SurveyAnswer": {SUMS: "survey stratum chosen"},
        "SurveyWords": {SUMS: "survey question text"},
    },
)
