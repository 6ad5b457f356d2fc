"""The classes of the gate's fields."""

from qiming.kernel.privacy import RUNNING, classify, l1, l2, l3

FILED = l1("课程内容")
INNER = l2("教学安排")
STAFF = l3("教职工")

classify(
    "assurance",
    {
        "Product": {
            FILED: "title kind says hosting watched_by",
            INNER: "launch",
            STAFF: "filed_by",
            RUNNING: "endpoint_key current",
        },
        "ProductVersion": {
            FILED: "product number tier tier_why conditions reason",
            INNER: "facts",
            STAFF: "made_by",
            RUNNING: "content_hash state case_id filed_at since serving_since admitted_at until warned_days",
        },
        "Filing": {
            FILED: "version kind number not_needed_why valid_until found link note",
            STAFF: "checked_by",
            RUNNING: "checked_at",
        },
        "TestRun": {
            INNER: "version suite purpose summary passed trouble",
            STAFF: "started_by",
            RUNNING: "content_hash banks libraries state total done record started_at ended_at beat_at",
        },
        "OwnBank": {
            FILED: "key title made licence",
            INNER: "cases sealed counts body",
            STAFF: "brought_by ended_by",
            RUNNING: "sha256 ended_at",
        },
        "KeywordLibrary": {
            FILED: "key title made licence",
            INNER: "words counts body",
            STAFF: "brought_by ended_by",
            RUNNING: "sha256 ended_at",
        },
        "HumanMark": {INNER: "run sample passed note", STAFF: "person_id"},
        "JudgePass": {
            INNER: "run judge rubric summary trouble",
            STAFF: "started_by",
            RUNNING: "judge_hash rubric_hash state total done record ended_at beat_at",
        },
        "WrittenReport": {
            INNER: "version run hides_blind trouble",
            STAFF: "asked_by",
            RUNNING: "basis state total done has_paper ended_at beat_at",
        },
        "ThirdPartyReport": {
            INNER: "version body accreditation dated valid_until is_full accepted note",
            STAFF: "sent_by checked_by",
            RUNNING: "file_id sha256 content_hash checked_at",
        },
        "Trial": {INNER: "version schools until conditions ended_on found", STAFF: "set_by"},
        "Proposal": {
            INNER: "version conditions grounds",
            STAFF: "made_by",
            RUNNING: "content_hash is_current",
        },
        "Signature": {INNER: "proposal authority signed_hash note", STAFF: "person_id"},
        "Signal": {INNER: "product hour kind source count"},
        "TelemetryKey": {STAFF: "made_by", RUNNING: "product last_sent_ms last_taken_at ended_at"},
        "Incident": {INNER: "product kind says moved_to"},
    },
)
