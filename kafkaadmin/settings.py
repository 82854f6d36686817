"""Django's settings, all from the environment; with nothing set, an embedded server for one machine."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dj_database_url
from csp.constants import NONE, SELF

from core import environment as env
from core.data_dir import own_folder, stored_secret

BASE_DIR = Path(__file__).resolve().parent.parent
INSTALLED = Path(__file__).resolve().parent / "files"  # in a wheel, templates and static files are here
FILES = INSTALLED if INSTALLED.exists() else BASE_DIR
DATA_DIR = own_folder(Path(env.text("KAFKAADMIN_DATA_DIR")).resolve())
DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL")
KAFKAADMIN_CONFIG = env.text("KAFKAADMIN_CONFIG")
CREDENTIALS_DIR = env.text("KAFKAADMIN_CREDENTIALS_DIR")

# Several keys may be given: the first signs and encrypts, the others are still accepted.
KEYS = env.words("KAFKAADMIN_SECRET_KEY") or stored_secret(DATA_DIR / "secret.key").split(",")
SECRET_KEY, *SECRET_KEY_FALLBACKS = KEYS

DEBUG = env.flag("KAFKAADMIN_DEBUG")
ALLOWED_HOSTS = env.words("KAFKAADMIN_ALLOWED_HOSTS")
BASE_PATH = "/" + env.text("KAFKAADMIN_BASE_PATH").strip("/")
PUBLIC_URL = env.text("KAFKAADMIN_PUBLIC_URL").rstrip("/")
FORCE_SCRIPT_NAME = None if BASE_PATH == "/" else BASE_PATH

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "axes",
    "django_guid",
    "django_htmx",
    "template_partials",
    "accounts",
    "api",
    "clusters",
    "lag",
    "metrics",
    "core.web",
    "kafkaadmin.runtime",
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.web.caching.PrivateMiddleware",
    "core.web.paths.EncodedPathMiddleware",
    "core.web.routes.RoutesMiddleware",
    "core.web.time_zones.TimeZoneMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.single_sign_on.proxy.ProxySignInMiddleware",
    "accounts.single_sign_on.middleware.SingleSignOnMiddleware",
    "accounts.anonymous.AnonymousRoleMiddleware",
    "accounts.sign_in.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clusters.failures.KafkaErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [FILES / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kafkaadmin.areas.navigation",
            ],
            "builtins": [
                "core.web.tags",
                "core.web.table_tags",
                "core.web.charts.tags",
                "clusters.templatetags.granted",
                "clusters.templatetags.registries",
                "template_partials.templatetags.partials",
                "django.contrib.humanize.templatetags.humanize",
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # a field is templates/django/forms/field.html
ROOT_URLCONF = "kafkaadmin.urls"
API_URLCONF = "kafkaadmin.urls_with_api"
WSGI_APPLICATION = "kafkaadmin.wsgi.application"

if DATABASE_URL:
    DATABASES: dict[str, Any] = {
        "default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "kafkaadmin.sqlite3",
            # The first connection needs free space, even to read; one that stays open can read on a full disk.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,  # seconds to wait for another process' write
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4000;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.number("KAFKAADMIN_SESSION_SECONDS")
# Two kafkaadmins on one host, one of them under a path, must not take each other's cookies.
COOKIE_SUFFIX = "" if BASE_PATH == "/" else f"_{quote(BASE_PATH.strip('/'), safe='')}"
SESSION_COOKIE_NAME = f"kafkaadmin_session{COOKIE_SUFFIX}"
CSRF_COOKIE_NAME = f"kafkaadmin_csrf{COOKIE_SUFFIX}"
SIDEBAR_COOKIE_NAME = f"kafkaadmin_sidebar{COOKIE_SUFFIX}"
COLUMNS_COOKIE_NAME = f"kafkaadmin_columns{COOKIE_SUFFIX}"  # and the list's name
TIME_ZONE_COOKIE_NAME = f"kafkaadmin_timezone{COOKIE_SUFFIX}"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = BASE_PATH
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.password_backend.PasswordBackend",
    "accounts.single_sign_on.ldap_backend.LdapBackend",  # after it: no directory sees a password of kafkaadmin's own
]
SMTP_URL = env.text("KAFKAADMIN_SMTP_URL")
DEFAULT_FROM_EMAIL = env.text("KAFKAADMIN_MAIL_FROM")
globals().update(env.smtp("KAFKAADMIN_SMTP_URL"))  # EMAIL_HOST and its like
PROXY_USER_HEADER = env.text("KAFKAADMIN_PROXY_USER_HEADER")
PROXY_GROUPS_HEADER = env.text("KAFKAADMIN_PROXY_GROUPS_HEADER")
PROXY_EMAIL_HEADER = env.text("KAFKAADMIN_PROXY_EMAIL_HEADER")
PROXY_ADDRESSES = env.words("KAFKAADMIN_PROXY_ADDRESSES")
SIGN_IN_FILE = env.text("KAFKAADMIN_SIGN_IN")
# Who else declares teams, as accounts.declared_teams.document.DeclaredTeams, and providers, as entries of the file.
TEAM_SOURCES = ("clusters.declaration.access.declared_teams",)
PROVIDER_SOURCES = ("clusters.declaration.access.provider_entries",)
PROXY_SOURCE = "clusters.declaration.access.proxy_headers"
DIRECTORY_SOURCES = ("clusters.declaration.access.directory_entries",)
FIRST_ADMIN_SOURCE = "clusters.declaration.access.first_admin"  # the only user that kafka-ui may have, if it is one
LOCAL_SIGN_IN = env.choice("KAFKAADMIN_LOCAL_SIGN_IN", "everybody", "superusers", "nobody")
SECOND_FACTOR = env.text("KAFKAADMIN_SECOND_FACTOR") and env.choice(
    "KAFKAADMIN_SECOND_FACTOR", "everybody", "administrators", "voluntary"
)
ANONYMOUS_ROLE = env.text("KAFKAADMIN_ANONYMOUS_ROLE") and env.choice(
    "KAFKAADMIN_ANONYMOUS_ROLE", "viewer", "operator", "admin"
)
AXES_FAILURE_LIMIT = 10  # wrong passwords per name and address, after which both must wait
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_CLIENT_IP_CALLABLE = "accounts.access.counted_address"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# The others verify what was taken over from AKHQ's users, once: a sign-in replaces it by the first one's.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "accounts.imported_passwords.ImportedSha256Hasher",
    "accounts.imported_passwords.ImportedBcryptHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Behind a proxy that ends TLS: its headers are trusted only if the operator says that it is there.
TRUSTED_PROXY = env.flag("KAFKAADMIN_TRUSTED_PROXY")
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's arrows and check marks are data: images in its style sheet
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

STATIC_URL = f"{FORCE_SCRIPT_NAME or ''}/static/"
STATIC_ROOT = Path(env.text("KAFKAADMIN_STATIC_ROOT") or DATA_DIR / "static")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [FILES / "static"]
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() or "collectstatic" in sys.argv
WHITENOISE_USE_FINDERS = not COLLECTED
STORAGES = {
    "staticfiles": {
        "BACKEND": "core.web.static_files.CollectedFiles" if COLLECTED else "core.web.static_files.PlainFiles"
    },
}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
USE_THOUSAND_SEPARATOR = False

# Seconds between two refreshes of a cluster; a slow refresh stretches its own interval.
INVENTORY_SECONDS = env.number("KAFKAADMIN_INVENTORY_SECONDS")
# Burrow's API and the metrics need no sign-in on loopback, or where that is configured.
LISTENS_ON_LOOPBACK = env.text("KAFKAADMIN_LISTENS_ON") in {"127.0.0.1", "localhost", "::1"} and not TRUSTED_PROXY
PUBLIC_LAG_API = env.flag("KAFKAADMIN_PUBLIC_LAG_API")
PUBLIC_METRICS = env.flag("KAFKAADMIN_PUBLIC_METRICS")
LAG_API_TOKEN = env.text("KAFKAADMIN_LAG_API_TOKEN")
METRICS_TOKEN = env.text("KAFKAADMIN_METRICS_TOKEN")
BURROW_LISTEN = env.text("KAFKAADMIN_BURROW_LISTEN")
AUDIT_DAYS = env.number("KAFKAADMIN_AUDIT_DAYS")
AUDIT_WEBHOOK = env.text("KAFKAADMIN_AUDIT_WEBHOOK")
AUDIT_WEBHOOK_TOKEN = env.text("KAFKAADMIN_AUDIT_WEBHOOK_TOKEN")
AUDIT_SYSLOG = env.text("KAFKAADMIN_AUDIT_SYSLOG")
AUDIT_TOPIC = env.text("KAFKAADMIN_AUDIT_TOPIC")
# Where the audit log is sent as well, if AUDIT_<name> is set: functions that take a batch of events.
AUDIT_TARGETS = {
    "webhook": "accounts.audit.targets.to_webhook",
    "syslog": "accounts.audit.targets.to_syslog",
    "topic": "clusters.audit_topic.to_topic",
}
AUDIT_READING = env.flag("KAFKAADMIN_AUDIT_READING")
APPROVAL_HOURS = env.number("KAFKAADMIN_APPROVAL_HOURS")
LAG_SHARDS = env.number("KAFKAADMIN_LAG_SHARDS")
# Who is asked for what is wrong in a cluster: functions that take it and its former findings, and return a
# clusters.findings.SourceResult.
FINDING_SOURCES = ("clusters.inventory.findings.look", "clusters.approvals.findings.look",
                   "clusters.connect.findings.look", "clusters.manifests.drift.findings.look",
                   "clusters.schemas.findings.look", "lag.findings.look", "metrics.findings.from_metrics.look",
                   "metrics.own_rules.source.look")  # fmt: skip
# What pages show of the apps above them: functions that take the request and what the page gives (core.web.slots).
SLOTS = {
    "finding-counts": "metrics.findings.visibility.finding_counts",
    "worst-findings": "metrics.slots.worst_findings",
    "undo": "clusters.undo.undo_link",
    "pages": "kafkaadmin.areas.pages_called",
    "charts-at-a-glance": "metrics.slots.charts_at_a_glance",
    "broker-rates": "metrics.slots.broker_rates",
    "broker-metrics": "metrics.slots.broker_metrics",
    "group-status": "lag.slots.status",
    "group-statuses": "lag.slots.statuses",
    "lag-by-group": "lag.slots.lag_by_group",
    "lag-collector": "lag.slots.collector",
    "group-connectors": "clusters.connect.slots.group_connectors",
    "group-lag": "lag.slots.group_lag",
    "topic-connectors": "clusters.connect.slots.topic_connectors",
    "topic-subjects": "clusters.schemas.slots.topic_subjects",
    "topic-verdicts": "lag.slots.topic_verdicts",
}
LAG_SECONDS = env.number("KAFKAADMIN_LAG_SECONDS")

# Every log line of a request has its id, which is also in the response; a proxy in front may set the id.
DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-ID", "VALIDATE_GUID": True, "RETURN_HEADER": True}
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)s %(name)s [%(correlation_id)s]: %(message)s"},
        "json": {"()": "kafkaadmin.runtime.logs.JsonFormatter"},
    },
    "filters": {
        "request_id": {"()": "django_guid.log_filters.CorrelationId"},
        "full_disk_once": {"()": "kafkaadmin.runtime.logs.FullDiskOnce", "folder": DATA_DIR},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id", "full_disk_once"],
            "formatter": env.choice("KAFKAADMIN_LOG_FORMAT", "text", "json"),
        }
    },
    "root": {
        "handlers": ["console"],
        "level": env.choice("KAFKAADMIN_LOG_LEVEL", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    },
    # Both clients report every broken connection; the gateway turns the cause into an error we show.
    "loggers": {
        "kafka": {"level": "CRITICAL"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "django_guid": {"level": "WARNING"},
    },
}
