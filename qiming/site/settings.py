"""The one settings module; everything that differs between installations comes from the environment.

QIMING_HOME     where data lie (default ./var beside the package)
DATABASE_URL    a PostgreSQL server of your own instead of the embedded one
DATABASE_OWNER_URL  the same under the role that owns its tables (for migrations and backups)
QIMING_RESERVE_MB  room to leave on the disk; with less nothing new is taken (default 200)
QIMING_SECRET   signing key (default: made once and kept in QIMING_HOME)
QIMING_SECRET_FALLBACKS  earlier signing keys, separated by commas, the latest first (see docs/security.md)
                each of these three may be given as a file instead: DATABASE_URL_FILE, QIMING_SECRET_FILE, …
QIMING_HOSTS    host names served, separated by commas (default: this machine only)
QIMING_ADDRESS  how this installation is reached from outside, such as https://ai.example.cn: stands in certificates
                (default: the first host name; see docs/credentials.md)
QIMING_HTTPS    "1" when served behind TLS: cookies become Secure, HSTS is sent
QIMING_MFA      "required" asks officers, heads and administrators for a second factor ("required@2027-03-01": from
                that day), "offered" (default) lets them choose
QIMING_OIDC     a YAML file with the outside sign-ins that may be used (docs/sign-in.md); without it none
TRUST_PROXY     "1" when a reverse proxy sets X-Forwarded-For / -Proto
QIMING_JUDGE_PACKAGES  a folder of packages that senior programs on the server may use (docs/deploy.md; default: none)
QIMING_OUTWARD  servers this installation may ask (see kernel/fetch.py; default: none)
QIMING_PARENT   internal: set by the supervisor
"""

import os
from pathlib import Path
from typing import Any

from qiming.kernel.headers import static_headers
from qiming.registry.rules.sign_in import Policy
from qiming.site import home
from qiming.site.database import django_database

ROOT = home.ROOT
QIMING_HOME = home.path()
CONTENT_ROOT = Path(os.environ.get("QIMING_CONTENT", home.shipped("content")))
WEB_DIST = home.shipped("web", "dist")
LABS_ROOT = home.shipped("web", "labs")

SECRET_KEY = home.secret()
SECRET_KEY_FALLBACKS = home.earlier_secrets()
# Class cards, pictures and digests are derived from a key and must outlive its change: they stay with the oldest.
DERIVATION_KEY = [SECRET_KEY, *SECRET_KEY_FALLBACKS][-1]
DEBUG = False
HTTPS = os.environ.get("QIMING_HTTPS") == "1"
TRUST_PROXY = os.environ.get("TRUST_PROXY") == "1"
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("QIMING_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
    if host.strip()
]
PUBLIC_ADDRESS = (
    os.environ.get("QIMING_ADDRESS") or f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}"
).rstrip("/")
# Where browsers reach the gateway: an address, `/gateway` behind a proxy, `:8040` for a port of this host; "": no models.
GATEWAY_URL = os.environ.get("QIMING_GATEWAY_URL", "").rstrip("/")
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
    # Without a proxy whose word counts, every request looks unencrypted: redirecting would never end.
    SECURE_SSL_REDIRECT = TRUST_PROXY
    SECURE_REDIRECT_EXEMPT = [r"^alive$"]
    SECURE_HSTS_SECONDS = 31_536_000
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

ROOMS = [
    "qiming.kernel",
    "qiming.registry",
    "qiming.casework",
    "qiming.trust",
    "qiming.credentials",
    "qiming.curriculum",
    "qiming.records",
    "qiming.assurance",
    "qiming.resources",
    "qiming.agents",
    "qiming.teaching",
    "qiming.learning",
    "qiming.insight",
    "qiming.educators",
    "qiming.programmes",
    "qiming.assist",
    "qiming.governance",
    "qiming.portal",
]
ROOMS = [room for room in ROOMS if (ROOT / room.replace(".", "/") / "apps.py").exists()]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    # Second factors and links to outside accounts: their tables and protocols, none of their pages.
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    *ROOMS,
    "qiming.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "qiming.kernel.middleware.SafetyHeaders",
    "qiming.kernel.memo.Remember",
    "qiming.kernel.away.WhileAway",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "qiming.kernel.throttle.Throttle",
    "django.middleware.csrf.CsrfViewMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "qiming.registry.middleware.ActorMiddleware",
    "qiming.portal.middleware.NavigationMiddleware",
    "qiming.kernel.middleware.PlainRefusals",
]
MIDDLEWARE = [
    entry
    for entry in MIDDLEWARE
    if not entry.startswith("qiming.")
    or (ROOT / (entry.rsplit(".", 1)[0].replace(".", "/") + ".py")).exists()
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
            "builtins": [
                "django.templatetags.static",
                "qiming.kernel.templatetags.ui",
                "qiming.kernel.templatetags.slots",
            ],
        },
    }
]

RESERVE_BYTES = int(os.environ.get("QIMING_RESERVE_MB", "200")) * 1024 * 1024
DATABASES = {"default": django_database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "registry.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if os.environ.get("QIMING_TESTING"):  # a test world has dozens of passwords; none of them guards anything
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in/"

SECOND_FACTOR = Policy.parse(os.environ.get("QIMING_MFA") or "offered")
# Whether products under test may lie in this installation's own network (docs/operations.md).
ASSURANCE_PRIVATE = os.environ.get("QIMING_ASSURANCE_PRIVATE") == "1"
# A model that looks again at what rules left open (its key: QIMING_JUDGE_KEY); empty: nobody is asked.
ASSURANCE_JUDGE_URL = os.environ.get("QIMING_JUDGE_URL", "")
ASSURANCE_JUDGE_MODEL = os.environ.get("QIMING_JUDGE_MODEL", "")
OIDC_FILE = os.environ.get("QIMING_OIDC", "")
ACCOUNT_ADAPTER = "qiming.registry.allauth_adapters.Accounts"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "qiming.registry.allauth_adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # half a minute to either side: phones of teachers are not always on time
SOCIALACCOUNT_ADAPTER = "qiming.registry.allauth_adapters.OutsideAccounts"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False

SESSION_ENGINE = "qiming.registry.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# The prefix makes a browser refuse such a cookie from a neighbouring host or without TLS.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "qiming.kernel.middleware.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

WSGI_APPLICATION = "qiming.site.wsgi.application"
ROOT_URLCONF = "qiming.site.urls"

STATIC_URL = "/static/"
STATIC_ROOT = QIMING_HOME / "static"
STATICFILES_DIRS = [("web", WEB_DIST)] if WEB_DIST.exists() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# Vite puts a hash into every name below /static/web/assets/: such a file never changes.
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = static_headers
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/web/assets/.+$"

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "qiming.kernel.logs.PlainLines",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},  # below that it writes whole addresses, with what they carry
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
SILENCED_SYSTEM_CHECKS = [
    "fields.W342",  # a unique foreign key where the one side must not grow an attribute of the other
    # X-Frame-Options without its middleware: SafetyHeaders sends it, and frame-ancestors, with every page.
    "security.W002",
    # `check --deploy` would have HSTS bind every name below ours and ask for preloading: only whoever owns the
    # domain can promise that, in the proxy's configuration.
    "security.W005",
    "security.W021",
]
