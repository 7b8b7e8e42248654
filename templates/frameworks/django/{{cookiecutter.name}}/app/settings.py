"""Django's settings, from the environment where they differ between places.

What each one does: https://docs.djangoproject.com/en/stable/ref/settings/
"""

import os
from pathlib import Path
{%- for each in cookiecutter.lists.imports | sort %}
{{- '\n' if loop.first }}
import {{ each }}
{%- endfor %}

{% for line in cookiecutter.lists.setting_imports -%}
{{ line }}
{% endfor -%}
from app.hosts import allowed_hosts
from app.secret import secret

BASE_DIR = Path(__file__).parent
TITLE = os.environ.get("DJANGO_TITLE") or "{{ cookiecutter.name }}"

DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
SECRET_KEY = secret("DJANGO_SECRET_KEY") or ("no secret" if DEBUG else "")
if not SECRET_KEY:
    raise SystemExit("DJANGO_SECRET_KEY is not set: letters and digits that nobody can guess")
ALLOWED_HOSTS = allowed_hosts()

ROOT_URLCONF = "app.urls"
WSGI_APPLICATION = "app.wsgi.application"
INSTALLED_APPS = [
{%- for each in cookiecutter.lists.installed %}
    "{{ each }}",
{%- endfor %}
    "django.contrib.staticfiles",
    "app",
]
MIDDLEWARE = [
    # It answers before anything else can refuse.
    "app.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
{%- for each in cookiecutter.lists.middleware %}
    "{{ each }}",
{%- endfor %}
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
{%- for each in cookiecutter.lists.context_processors %}
                "{{ each }}",
{%- endfor %}
            ]
        },
    }
]
{%- for part in parts('django-settings') %}

{% include part %}
{%- endfor %}

USE_TZ = True
TIME_ZONE = "UTC"
# Browsers send these over https alone. To most of them localhost counts as that, but not to Safari:
# to log in with it, serve with DJANGO_DEBUG=1, as the service `dev` does.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG

# Collected when the image is built, each under a name that changes with what is in it.
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR.parent / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Its own handlers say nothing unless DEBUG is on.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Whoever tries names gets a 400; the access log has it.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # It warns of each answer to HEAD, whose body Django leaves to the server to drop.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}
