"""The settings under which the tests run: no secret, and static files as they lie in app/."""

import os

os.environ["DJANGO_DEBUG"] = "1"

from app.settings import *

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
