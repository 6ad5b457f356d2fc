"""The classes of the room's fields."""

from qiming.kernel.privacy import RUNNING, classify, l1, l2, l3

CHAIN = l1("运行")
WHO = l3("教职工")
KEYS = l3("登录凭证")
TALK = l3("学习过程")

classify(
    "agents",
    {
        "BaseModel": {
            KEYS: "sealed_key",
            l2("运行"): "address upstream_name input_fen_per_million output_fen_per_million",
            CHAIN: "key title kind provider licence filing_no algorithm_no context_tokens most_output_tokens data_grades "
            "concurrency tells_usage is_active",
        },
        "ModelHealth": {RUNNING: "model is_up note seen_at"},
        "EducationModel": {
            CHAIN: "key title kind base_models frame card filing_no stages quota_class data_grade most_output_tokens "
            "most_seconds product_id held_stages is_active"
        },
        "Enablement": {WHO: "decided_by", RUNNING: "route yes decided_at"},
        "KillSwitch": {WHO: "stopped_by lifted_by reason", RUNNING: "target key lifted_at"},
        "ApplicationKey": {
            KEYS: "secret_sha256",
            WHO: "created_by supervised_by",
            RUNNING: "name kinds routes stage audience is_ours expires_at revoked_at",
        },
        "QuotaRule": {RUNNING: "per quota_class requests tokens minutes"},
        "QuotaDay": {TALK: "bucket requests tokens seconds", RUNNING: "day"},
        "Call": {
            TALK: "subject subject_sha256 text_box text_sha256 findings outcome why buckets",
            RUNNING: "application_id stage kind route model model_version day reserved_tokens reserved_seconds prompt_tokens "
            "completion_tokens is_counted first_ms total_ms ended_at",
        },
        "Turn": {
            TALK: "conversation subject lesson item text_box findings outcome move rung",
            KEYS: "ticket_sha256",
            RUNNING: "number agent mode stage engine ticket_until ticket_used_at call_id closed_at",
        },
        "FalseHit": {WHO: "why told_by answer answered_by", RUNNING: "turn_id key state answered_at"},
        "Document": {
            WHO: "loaded_by approved_by released_by ended_by why",
            RUNNING: "kind key version title issued_by number issued_on source licence stage characters state valid_from "
            "valid_until approved_at released_at ended_at",
        },
        "Chunk": {RUNNING: "document kind position place target text words"},
    },
)
