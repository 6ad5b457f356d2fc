"""The classes of the record store's fields."""

from qiming.kernel.privacy import RUNNING, classify, l2, l3

ACTS = l3("学习过程")
WHO = l3("人员身份")
KEYS = l3("登录凭证")
CONTENT = l2("课程内容")

classify(
    "records",
    {
        "Statement": {ACTS: "actor_person verb object_kind object_id period_id timestamp stored raw"},
        "XapiKey": {
            KEYS: "name scope secret_sha256 old_sha256",
            RUNNING: "old_until revoked_at verbs activities max_statement_bytes per_minute retention",
        },
        "XapiKeyUse": {RUNNING: "key left counted_at last_at"},
        "XapiKeyDay": {RUNNING: "key day requests stored duplicate refused turned_away"},
        "XapiPerson": {WHO: "person_id alias"},
        "XapiCounted": {RUNNING: "stored statement change"},
        "XapiErasure": {RUNNING: "person_sha256 alias_sha256 before after"},
        "XapiCompletion": {
            ACTS: "agent activity completed passed score_best score_last begun completions verdicts answers last",
            RUNNING: "key change",
        },
        "XapiVerb": {CONTENT: "iri"},
        "XapiActivity": {CONTENT: "iri definition"},
        "XapiAgent": {WHO: "identifier"},
        "XapiStatement": {ACTS: "stored verb registration raw", RUNNING: "key"},
        "XapiTakenId": {ACTS: "statement stored"},
        "XapiReference": {ACTS: "statement stored target voids"},
        "XapiDocument": {
            ACTS: "kind activity agent registration name media_type body updated_at",
            RUNNING: "key",
        },
        "XapiAttachment": {ACTS: "statement sha2 media_type body"},
        "XapiAgentLink": {ACTS: "statement agent stored direct"},
        "XapiActivityLink": {ACTS: "statement activity stored direct"},
    },
)
