"""The classes of the programmes' fields."""

from qiming.kernel.privacy import RUNNING, classify, l1, l2, l3

PUBLIC = l1("课程内容")
INNER = l2("教学安排")
STAFF = l3("教职工")

classify(
    "programmes",
    {
        "Call": {
            PUBLIC: "programme body title opens_on closes_on total floor terms",
            STAFF: "opened_by ranked_by",
            RUNNING: "digest ranked_at",
        },
        "Application": {
            INNER: "call title stage scenario district_path answers facts percent rank chosen place_why",
            STAFF: "made_by",
            RUNNING: "resource_id content_hash only_key case_id state recommended published_at words",
        },
        "Attachment": {INNER: "application name", STAFF: "added_by", RUNNING: "file_id sha256 size_bytes"},
        "Visit": {INNER: "application day seen", STAFF: "visitor note", RUNNING: "key"},
        "Reuse": {INNER: "application school_path says", STAFF: "noted_by"},
        "Naming": {PUBLIC: "application programme since until ended_on ended_why"},
        "Pairing": {INNER: "naming partner_path since ended_on"},
        "Support": {INNER: "pairing day says confirmed_on", STAFF: "noted_by confirmed_by"},
    },
)
