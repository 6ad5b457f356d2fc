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
        "XapiKey": {KEYS: "name scope secret_sha256", RUNNING: "revoked_at"},
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
