"""The classes of trust's fields."""

from qiming.kernel.privacy import RUNNING, classify, l2, l3

READING = l3("查看记录")
CONSENT = l3("监护同意")
TRACE = l3("操作记录")
CASES = l3("投诉与事件")
SUMS = l2("统计汇总")

classify(
    "trust",
    {
        "AccessLog": {READING: "reader_id role what subject_id", RUNNING: "verb bucket"},
        "SlipBatch": {l3("教职工"): "typed_by", CONSENT: "signed_on", l2("监护同意"): "class_id pupils"},
        "SlipScan": {l3("上传文件"): "stored_file", l3("教职工"): "added_by", RUNNING: "batch"},
        "ConsentLine": {
            CONSENT: "person_id purpose said via decided_by entered_by batch",
            RUNNING: "text_no text_digest",
        },
        "RetentionRun": {
            RUNNING: "rule says basis verified keep_days cutoff ids_sha256",
            SUMS: "count held_back places",
        },
        "LegalHold": {CASES: "person_id reason placed_by lifted_at lifted_by"},
        "PersonCopy": {
            TRACE: "person_id asked_by file_sha256 size_bytes ready_at expires_at fetched counts",
            RUNNING: "state done total step",
        },
        "ErasureCase": {
            TRACE: "person_id asked_by asked_as reason agreed_by agreed_at confirmed_by confirmed_at words"
            " done_at certificate",
            RUNNING: "state due_on",
        },
        "Report": {
            CASES: "category page reporter_id reporter_role code_hash",
            RUNNING: "holders is_urgent state due_on passed_up closed_at",
        },
        "ReportStep": {CASES: "report text by_id by_role", RUNNING: "kind"},
        "Incident": {
            CASES: "title what happened_on found_at categories people_touched is_grave opened_by lessons closed_by",
            RUNNING: "state tell_by closed_at",
        },
        "IncidentStep": {CASES: "incident kind whom text at by_id"},
        "YearPack": {
            SUMS: "year content content_sha256 pdf_sha256 xlsx_sha256",
            TRACE: "asked_by",
            RUNNING: "state done total step ready_at",
        },
    },
)
