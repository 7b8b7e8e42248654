"""The application that the server imports."""

import os

from django.core.wsgi import get_wsgi_application

from app.proxy import TrustedProxies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "app.settings")
application = TrustedProxies(get_wsgi_application())
