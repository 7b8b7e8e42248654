"""The {{ cookiecutter.name }} service: a Flask application and its factory."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask

from app import health, pages

DEFAULTS = {"TITLE": "{{ cookiecutter.name }}"}


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Return an application configured by DEFAULTS, then FLASK_* variables, then `settings`."""
    app = Flask(__name__)
    app.config.from_mapping(DEFAULTS)
    app.config.from_prefixed_env()
    app.config.from_mapping(settings or {})
    app.logger.setLevel(logging.INFO)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(pages.blueprint)
    return app
