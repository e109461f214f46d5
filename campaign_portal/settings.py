"""Settings, all from the environment.

Nothing set: the embedded portal (SQLite, filesystem broker, files under ``var/``). ``DATABASE_URL`` set: production,
which then needs every setting in ``REQUIRED_IN_PRODUCTION``; what is missing or unsafe is refused with its remedy.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import get_random_string

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def _refuse(problem, remedy):
    raise ImproperlyConfigured(f"{problem}. Remedy: {remedy}.")


def _embedded_secret(path):
    """The embedded portal's own key, made once and kept beside its database."""
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{get_random_string(8)}")
        fresh.touch(mode=0o600)
        fresh.write_text(get_random_string(64))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        fresh.unlink()
        return path.read_text()


# --- How it runs -----------------------------------------------------------------------------------------------------

REQUIRED_IN_PRODUCTION = {
    "DATABASE_URL": "DATABASE_URL=postgres://user:password@host:5432/name",
    "REDIS_URL": "REDIS_URL=redis://host:6379/0",
    "SECRET_KEY": "SECRET_KEY=<50 or more random characters, kept secret>",
    "ALLOWED_HOSTS": "ALLOWED_HOSTS=thidua.kienan.example",
    "SITE_URL": "SITE_URL=https://thidua.kienan.example",
    "EMAIL_URL": "EMAIL_URL=smtp+tls://user:password@host:587",
    "DEFAULT_FROM_EMAIL": "DEFAULT_FROM_EMAIL=thidua@kienan.example",
    "DATA_DIR": "DATA_DIR=/srv/campaign-portal",
}
PRODUCTION = bool(env.str("DATABASE_URL", "") or env.str("REDIS_URL", ""))
if PRODUCTION:
    for name, example in REQUIRED_IN_PRODUCTION.items():
        if not env.str(name, ""):
            _refuse(f"{name} is not set, but DATABASE_URL or REDIS_URL asks for production", f"set {example}")

DEBUG = env.bool("DEBUG", False)
if PRODUCTION and DEBUG:
    _refuse("DEBUG is on in production", "unset DEBUG")

DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))
SECRET_KEY = env.str("SECRET_KEY", "") or _embedded_secret(DATA_DIR / "secret_key")
if PRODUCTION and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5):
    _refuse("SECRET_KEY is too short or too simple", "use 50 or more random characters")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if PRODUCTION and any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS):
    _refuse("ALLOWED_HOSTS holds a wildcard", "list the exact host names")
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{env.int('PORT', 8000)}").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname
SECURE = SITE_URL.startswith("https://")
# A portal on loopback (tests, a trial) may be served without TLS; any other address may not.
if PRODUCTION and not SECURE and SITE_HOST not in ("127.0.0.1", "localhost"):
    _refuse("SITE_URL is not https", "serve the portal over TLS and set SITE_URL=https://…")
if PRODUCTION and SITE_HOST not in ALLOWED_HOSTS:
    _refuse("The host of SITE_URL is not in ALLOWED_HOSTS, so links in letters would not open", "add it there")

# --- Applications ----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "units",
    "campaigns",
    "targets",
    "commendations",
    "reports",
    "campaign_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
]

MIDDLEWARE = [
    "campaign_portal.middleware.arrival",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "campaign_portal.middleware.private_pages",
    "campaign_portal.middleware.one_time_passwords",
    "campaign_portal.middleware.explained_refusals",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "campaign_portal.urls"
WSGI_APPLICATION = "campaign_portal.wsgi.application"

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
                "units.navigation.navigation",
            ],
            "builtins": ["campaign_portal.templatetags.vietnamese"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Data ------------------------------------------------------------------------------------------------------------

if PRODUCTION:
    DATABASES = {"default": env.db("DATABASE_URL")}
    if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        _refuse("DATABASE_URL is not PostgreSQL", f"set {REQUIRED_IN_PRODUCTION['DATABASE_URL']}")
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c statement_timeout=15s -c lock_timeout=10s -c idle_in_transaction_session_timeout=30s"
        },
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "db.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = DATA_DIR / "media"  # private: no URL serves it; authorised views do
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "assets"]
STORAGES = {
    "default": {"BACKEND": "campaign_portal.whole_files.WholeFiles"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
PDF_FONTS_DIR = BASE_DIR / "assets" / "vendor" / "tinos"
DOCUMENT_SECONDS = env.int("DOCUMENT_SECONDS", 60)  # of the processor that drawing one document may take
DOCUMENT_MEGABYTES = env.int("DOCUMENT_MEGABYTES", 1024)  # of address space

FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "campaign_portal.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Jobs ------------------------------------------------------------------------------------------------------------

CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Documents have a worker of their own, one at a time, so that a long one holds up neither letters nor memory.
CELERY_TASK_ROUTES = {"reports.tasks.build_queued_reports": {"queue": "documents"}}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A view that rings a task must not hang on a dead broker: the row waits for beat instead.
CELERY_TASK_PUBLISH_RETRY = False
if PRODUCTION:
    CELERY_BROKER_URL = env.str("REDIS_URL")
    if not CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
        _refuse("REDIS_URL is not a Redis address", f"set {REQUIRED_IN_PRODUCTION['REDIS_URL']}")
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.str("REDIS_URL")}}
else:
    BROKER_DIR = DATA_DIR / "broker"
    for part in ("queue", "control"):
        (BROKER_DIR / part).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": BROKER_DIR / "queue",
        "data_folder_out": BROKER_DIR / "queue",
        "control_folder": BROKER_DIR / "control",
        "polling_interval": 0.2,
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Mail ------------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Cổng thi đua <thidua@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if env.str("EMAIL_URL", ""):
    vars().update(env.email_url("EMAIL_URL"))
    if PRODUCTION and not env.str("EMAIL_URL").startswith("smtp"):
        _refuse("EMAIL_URL does not send by SMTP", f"set {REQUIRED_IN_PRODUCTION['EMAIL_URL']}")
else:  # the embedded portal writes letters into files
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 20

# --- People ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "units.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # user names are unique whatever their case, by a constraint on Lower(username)
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "units.signing_in.NameOrEmailBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "units:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "units:sign_in"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "units.views.csrf_failure"

# Five wrong passwords for one account from one address lock that pair; many people share a ward's address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "units.views.locked_out"
AXES_CLIENT_IP_CALLABLE = "campaign_portal.middleware.client_ip"
AXES_USERNAME_CALLABLE = "units.signing_in.account_name"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# --- Armour ----------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# The header in which the front proxy stamps arrival ("t=<seconds since 1970>"), when there is one.
ARRIVAL_HEADER = env.str("ARRIVAL_HEADER", "")

# --- Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["campaign_portal.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False  # amounts go through targets.numbers alone

# --- Logs ------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
