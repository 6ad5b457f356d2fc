"""The classes of trust's fields."""

from qiming.kernel.privacy import RUNNING, classify, l2, l3

READING = l3("查看记录")
CONSENT = l3("监护同意")

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
    },
)
