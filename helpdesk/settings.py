"""Django settings; every value that an operator can change comes from the environment through `helpdesk.env`."""

import os
from pathlib import Path

from csp.constants import NONCE

from helpdesk import env
from helpdesk.bootstrap.urls import parse_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("HELPDESK_VAR", str(BASE_DIR / "var")))

DEBUG = env.flag("HELPDESK_DEBUG", default=False)
# Enough for commands that serve nobody, such as `check`; the web server refuses to start with it.
KEY_OF_COMMANDS = "only-for-commands-that-serve-nobody-0123456789abcdefghijklmnop"
SECRET_KEY = env.text("HELPDESK_SECRET_KEY", KEY_OF_COMMANDS)
# Keys that were replaced: what they signed or sealed is still known.
SECRET_KEY_FALLBACKS = env.words("HELPDESK_OLD_SECRET_KEYS")
ALLOWED_HOSTS = env.words("HELPDESK_HOSTS", "*")
CSRF_TRUSTED_ORIGINS = env.words("HELPDESK_TRUSTED_ORIGINS")
# The address that mails and pages link to; a vendor with a domain of its own uses that instead.
PUBLIC_URL = env.text("HELPDESK_URL", f"http://localhost:{env.whole('PORT', 8000)}").rstrip("/")
SERVED_BY_HTTPS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "portal",
    "notifications",
    "sla",
    "tickets",
    "helpdesk.apps.HelpdeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "helpdesk.apps.AdminConfig",
    "allauth",
    "allauth.account",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "lucide",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "helpdesk.logs.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    # The vendor's door stands around everything that may touch a row, rendering included.
    "helpdesk.middleware.VendorMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "helpdesk.middleware.ActorMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.context.page",
            ],
        },
    }
]

# `default` is the role that serves people and workers: it owns nothing. `owner` migrates, nothing else.
DATABASES = {
    "default": parse_database_url(env.text("DATABASE_URL", "postgresql://helpdesk_app@localhost/helpdesk")),
    "owner": parse_database_url(env.text("DATABASE_OWNER_URL", "postgresql://helpdesk_owner@localhost/helpdesk")),
}
DATABASES["default"] |= {"ATOMIC_REQUESTS": True, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Workers -----------------------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A wake-up that finds no broker gives up at once: the next sweep does the work.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "queue_order_strategy": "round_robin",
}
SWEEP_SECONDS = env.whole("HELPDESK_SWEEP_SECONDS", 15)
SWEEPS = {
    "timers": "tickets.sweep_timers",
    "scheduled rules": "tickets.sweep_scheduled_rules",
    "changed processes": "sla.sweep_changed_processes",
    "deliveries": "notifications.sweep_deliveries",
    "mail accounts": "notifications.fetch_mail",
    "incoming mail": "notifications.sweep_incoming",
}
CELERY_BEAT_SCHEDULE = {
    **{name: {"task": task, "schedule": SWEEP_SECONDS, "options": {"expires": 60}} for name, task in SWEEPS.items()},
    "housekeeping": {"task": "helpdesk.housekeeping", "schedule": 3600, "options": {"expires": 600}},
    "old mail": {"task": "notifications.tidy_mail", "schedule": 3600, "options": {"expires": 600}},
}

# --- What reacts to a change of a ticket, in this order, inside the same transaction -------------------
REACTIONS = [
    "tickets.reactions.apply_rules",  # routing on creation; may change the ticket further
    "sla.reactions.apply_exceptions",  # what an exception hands over
    "sla.reactions.restart_clocks",  # where the policy lets time spent count no more
    "sla.reactions.refresh_clocks",  # clocks replayed from the log, their timers rewritten
    "sla.reactions.escalate",  # what rules escalate when a target is near or missed
    "tickets.reactions.arm_rules",  # delays of reminders and closing rules, rewritten
    "sla.reactions.page_on_call",  # pages opened, and ended where they are answered
    "notifications.reactions.queue_deliveries",  # the outbox
]
# What fires a timer that has come due, by the timer's kind.
TIMER_HANDLERS = {
    "rule": "tickets.commands.rules.fire_closing",
    "reminder": "tickets.commands.rules.fire_reminder",
    "clock": "sla.commands.fire_clocks",
    "estimate": "sla.commands.fire_estimate",
    "release": "tickets.commands.releases.fire_release",
    "page": "sla.commands.fire_pages",
}
# What puts a test page, which belongs to no ticket, into the outbox.
TEST_PAGES_GO_TO = "notifications.pages.queue_test"
# The sections of a process file, in the order in which they are applied; each room owns its own.
PROCESS_SECTIONS = [
    "helpdesk.process.sections.SECTIONS",
    "tickets.process.SECTIONS",
    "sla.process.SECTIONS",
    "notifications.process.SECTIONS",
    "portal.process.SECTIONS",
]

# --- People ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "helpdesk.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/h/key",
}
# "*"-hosts behind no proxy by default; behind one, every client must not look like the proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("HELPDESK_TRUSTED_PROXIES", 0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_BY_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if SERVED_BY_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_BY_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
# Throttling counts in the database, so that it holds without the broker and across web processes.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "helpdesk_cache"}}

# --- REST API -----------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api.gate.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.gate.IsSomebody"],
    "DEFAULT_THROTTLE_CLASSES": ["portal.api.gate.CallsOfAPerson"],
    "DEFAULT_THROTTLE_RATES": {"api": "300/min"},
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.gate.told",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Helpdesk",
    "DESCRIPTION": "What agents and customers see in the portals, for programs. Read-only for now.",
    "VERSION": "1",
    "SERVERS": [{"url": "/{vendor}", "variables": {"vendor": {"default": "vendor", "description": "Its address."}}}],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
}

# --- Mail --------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("HELPDESK_FROM_EMAIL", "helpdesk@helpdesk.example")
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.whole("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=bool(EMAIL_HOST))
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "notifications.outbound.smtp.EmailBackend" if EMAIL_HOST else "notifications.filebackend.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
# Files of a message go along with its mail up to so much together; what is more is a link.
MAIL_ATTACHMENT_BYTES = env.whole("HELPDESK_MAIL_ATTACHMENT_MB", 8) * 1024 * 1024
# Mail servers of our own whose word on a sender counts, as they name themselves in Authentication-Results.
MAIL_AUTHENTICATION_SERVERS = env.words("HELPDESK_MAIL_AUTHENTICATION_SERVERS")

# Mail servers that the operator vouches for: inside our own network, or without encryption.
MAIL_HOSTS = [host.lower() for host in env.words("HELPDESK_MAIL_HOSTS")]
# Authorities, beside those of the system, whose certificates mail servers may show: a PEM file.
MAIL_CA_FILE = env.text("HELPDESK_MAIL_CA", "")
# Providers that bring mail by webhook; every one of them shows the secret, `name:password`, that it was given.
MAIL_PROVIDERS = [name.lower() for name in env.words("HELPDESK_MAIL_PROVIDERS")]
ANYMAIL = {
    "WEBHOOK_SECRET": env.text("HELPDESK_MAIL_WEBHOOK_SECRET", ""),
    "MAILGUN_WEBHOOK_SIGNING_KEY": env.text("HELPDESK_MAILGUN_SIGNING_KEY", ""),
}
# What is larger is not taken in: it stays at the server, or goes back to the sender's.
MAIL_MAX_BYTES = env.whole("HELPDESK_MAIL_MB", 50) * 1_000_000

# Hosts that webhooks and SMS gateways may be at although they are inside our own network or speak plain HTTP.
WEBHOOK_HOSTS = [host.lower() for host in env.words("HELPDESK_WEBHOOK_HOSTS")]

# --- Files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.text("HELPDESK_STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
ATTACHMENT_MAX_BYTES = env.whole("HELPDESK_ATTACHMENT_MB", 25) * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a calendar with the dated days of many years is one form

# --- Language and time ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("sv", "Svenska")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = None

LOGGING_CONFIG = None
LOG_FORMAT = env.text("HELPDESK_LOG_FORMAT", "console" if os.isatty(1) else "json")
