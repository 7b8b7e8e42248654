"""The {{ cookiecutter.name }} service: a Flask application and its factory."""

import logging
import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Flask, abort, request
from werkzeug.sansio.utils import host_is_trusted

from app import {{ cookiecutter.lists.modules | sort | join(', ') }}
from app.hosts import allowed_hosts
from app.proxy import TrustedProxies

DEFAULTS = {"TITLE": "{{ cookiecutter.name }}"}
TEXTS = ("SECRET_KEY", "TITLE")


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Return an application configured by DEFAULTS, then FLASK_* variables, then `settings`."""
    app = Flask(__name__)
    app.config.from_mapping(DEFAULTS)
    app.config.from_prefixed_env()
    # Read as JSON, as others need it, a key of digits would be a number, and signs nothing.
    app.config.update({name: text for name in TEXTS if (text := os.environ.get(f"FLASK_{name}"))})
    app.config.from_mapping(settings or {})
    app.logger.setLevel(logging.INFO)
    app.wsgi_app = TrustedProxies(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(partial(check_host, allowed_hosts()))
{%- for module in cookiecutter.lists.modules %}
    app.register_blueprint({{ module }}.blueprint)
{%- endfor %}
    return app


def check_host(hosts: list[str]) -> None:
    """Answer to the names in ALLOWED_HOSTS alone; who asks for the health may not know one."""
    any_will_do = "*" in hosts or request.blueprint == "health"
    if not any_will_do and not host_is_trusted(request.host.lower(), hosts):
        abort(400, "this host name is not in ALLOWED_HOSTS")
