"""The classes of the tables that come with libraries."""

from qiming.kernel.privacy import RUNNING, classify, l3

# A job's arguments name rows by their internal numbers, never persons by their names.
_WORK = l3("操作记录")
_WAY_IN = l3("登录凭证")

classify(
    "auth",
    {
        "Permission": {RUNNING: "name content_type codename"},
        "Group": {RUNNING: "name"},
        "Group_permissions": {RUNNING: "group permission"},
    },
)
classify("contenttypes", {"ContentType": {RUNNING: "app_label model"}})
classify("sessions", {"Session": {_WAY_IN: "session_key session_data expire_date"}})
classify(
    "procrastinate",
    {
        "ProcrastinateWorker": {RUNNING: "last_heartbeat"},
        "ProcrastinateJob": {
            _WORK: "args",
            RUNNING: "queue_name task_name priority lock status scheduled_at attempts queueing_lock"
            " abort_requested worker",
        },
        "ProcrastinateEvent": {RUNNING: "job type at"},
        "ProcrastinatePeriodicDefer": {RUNNING: "task_name defer_timestamp job periodic_id"},
    },
)

# Tables without a model, and why no person's data can lie in them.
TABLES_WITHOUT_MODEL = {"django_migrations": "names of migrations and when they ran"}

# django-allauth: second factors, and accounts of the city's or a school's own OIDC provider linked to ours.
classify(
    "account",
    {
        "EmailAddress": {_WAY_IN: "user email verified primary"},
        "EmailConfirmation": {_WAY_IN: "email_address created sent key"},
    },
)
classify(
    "socialaccount",
    {
        "SocialApp": {RUNNING: "provider provider_id name client_id settings", _WAY_IN: "secret key"},
        "SocialAccount": {_WAY_IN: "user provider uid last_login date_joined extra_data"},
        "SocialToken": {_WAY_IN: "app account token token_secret expires_at"},
    },
)
classify("mfa", {"Authenticator": {_WAY_IN: "user type data last_used_at"}})
