"""The classes of the fields about LTI tools."""

from qiming.kernel.privacy import RUNNING, classify, l1, l2, l3

STAFF = l3("教职工")
PLAN = l2("教学安排")
WORK = l3("学习过程")
SECRET = l3("登录凭证")
TOOL = l1("课程内容")

classify(
    "resources",
    {
        "LtiTool": {
            TOOL: "name description product_id login_url launch_url deep_link_url redirect_urls key_set_url key_set "
            "scopes custom in_frame",
            STAFF: "registered_by",
            RUNNING: "client_id digest checked_digest state way fetched_keys fetched_at",
        },
        "LtiDeployment": {RUNNING: "tool deployment_id ended_at"},
        "LtiInvitation": {
            SECRET: "secret_sha256",
            STAFF: "made_by",
            RUNNING: "registration_url product_id expires_at used_at tool",
        },
        "LtiKey": {RUNNING: "kid sealed public signs_from gone_after"},
        "LtiLink": {
            PLAN: "class_id lesson_key place_id removed_at",
            TOOL: "deployment kind title text url custom",
            STAFF: "placed_by",
        },
        "LtiLaunch": {
            WORK: "person_id is_teacher class_id lesson_key link nonce used_at login_hint",
            TOOL: "returned",
            RUNNING: "tool deployment in_frame is_counted expires_at returned_at placed_at",
        },
        "LtiSeen": {RUNNING: "tool number_sha256 expires_at"},
        "LtiToken": {RUNNING: "tool secret_sha256 scopes expires_at"},
        "LtiLine": {TOOL: "link label max_score resource_id tag", RUNNING: "removed_at"},
        "LtiScore": {
            WORK: "person_id given max_score activity grading comment at line",
            RUNNING: "state why is_current tries shown_at",
        },
        "LtiNote": {RUNNING: "tool kind code detail"},
    },
)
