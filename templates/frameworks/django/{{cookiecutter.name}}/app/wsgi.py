"""The application that the server imports."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from app.proxy import TrustedProxies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "app.settings")
application = TrustedProxies(get_wsgi_application())
# The pages now, not at the first request: what cannot start should end the start.
import_module("app.urls")
