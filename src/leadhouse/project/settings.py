"""Django's settings, all drawn from the environment."""

import os

from leadhouse.project.database import connection_settings
from leadhouse.project.environment import Environment, read_environment
from leadhouse.project.rooms import rooms_with_tables
from leadhouse.project.secret import secret_key

LEADHOUSE: Environment = read_environment(os.environ)

SECRET_KEY = LEADHOUSE.secret_key or secret_key(LEADHOUSE.data_dir)
DEBUG = False
# No absolute address is ever built from a Host header, so any may be asked for: proxies just work.
ALLOWED_HOSTS = ["*"]
# A proxy that speaks TLS says so here. Who lies about it misleads only the check of his own form's origin.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATABASES = {"default": connection_settings(LEADHOUSE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    *rooms_with_tables(),
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # For the page on which the API can be tried: its assets are served from here, not from a network.
    "ninja",
]
MIDDLEWARE = [
    "leadhouse.web.api.answers.ApiFaults",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]
AUTH_USER_MODEL = "parties.Person"

ROOT_URLCONF = "leadhouse.project.urls"
ASGI_APPLICATION = "leadhouse.project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# A campaign with many bid rules and a deep rule has some thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}
SESSION_COOKIE_NAME = "leadhouse_session"
CSRF_COOKIE_NAME = "leadhouse_csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# A working day: whoever comes back the next morning signs in again.
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LEADHOUSE.public_url.startswith("https://")
# Not in cookies, where new keys would outlive the one page that shows them.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "/sign-in"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# The processes set their own logging up (`leadhouse.project.logs`); Django's would mail and colour.
LOGGING_CONFIG = None
