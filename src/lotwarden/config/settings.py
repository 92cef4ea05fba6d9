"""Settings: everything lives under one folder; secrets are made at the first run.

    LOTWARDEN_HOME       where everything is stored; else ./lotwarden-data
    LOTWARDEN_DATABASE   a PostgreSQL address (postgresql://…); else SQLite in the home
    LOTWARDEN_HOSTS      names this server answers to, with commas; else loopback only
    LOTWARDEN_HTTPS      1 where a proxy in front speaks https: cookies are then for https only
    LOTWARDEN_PROXY      network addresses, with commas, of the proxies whose X-Forwarded-For says
                         where a log-in comes from; else nobody's is believed

There is no debug mode.
"""

from __future__ import annotations

import os
from pathlib import Path

from lotwarden.config.home import database, home, secret_key

PACKAGE = Path(__file__).resolve().parents[1]

HOME = home()
SECRET_KEY = secret_key(HOME)
DEBUG = False
HTTPS = os.environ.get("LOTWARDEN_HTTPS") == "1"
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
HOSTS = [host.strip() for host in os.environ.get("LOTWARDEN_HOSTS", "").split(",") if host.strip()]
TRUSTED_PROXIES = frozenset(
    one.strip() for one in os.environ.get("LOTWARDEN_PROXY", "").split(",") if one.strip()
)
ALLOWED_HOSTS = [*LOOPBACK, *HOSTS]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "lotwarden.apps.LotwardenConfig",
]
MIDDLEWARE = [
    "lotwarden.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lotwarden.web.middleware.Acting",
]
ROOT_URLCONF = "lotwarden.config.urls"
WSGI_APPLICATION = "lotwarden.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "lotwarden.web.environment.environment",
            "context_processors": ["lotwarden.web.environment.around"],
        },
    },
]

DATABASES = {"default": database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "lotwarden.Person"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
LOGIN_URL = "log_in"
LOGIN_REDIRECT_URL = "home"

SESSION_COOKIE_NAME = "lotwarden"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "lotwarden.web.views.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
STATICFILES_DIRS = [PACKAGE / "web" / "static"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 8 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 << 20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A refused request is no fault, and its address may hold a one-time link.
    # That a request waits for a thread is no fault either.
    "loggers": {"django.request": {"level": "ERROR"}, "waitress.queue": {"level": "ERROR"}},
}
