"""What a container platform asks: is the process alive, and can it serve?"""

from collections.abc import Callable

from flask import Blueprint, current_app
{%- if cookiecutter.lists.checks %}

from app import {{ cookiecutter.lists.checks | sort | join(', ') }}
{%- endif %}

blueprint = Blueprint("health", __name__)

# What has to work before a request can be served: a name, and a call that raises if it does not.
READINESS_CHECKS: dict[str, Callable[[], object]] = {
{%- for check in cookiecutter.lists.checks %}
    "{{ check }}": {{ check }}.check,
{%- endfor %}{{ '\n' if cookiecutter.lists.checks }}}


@blueprint.get("{{ cookiecutter.app.liveness }}")
def alive() -> dict[str, str]:
    return {"status": "alive"}


@blueprint.get("{{ cookiecutter.app.readiness }}")
def ready() -> tuple[dict[str, object], int]:
    failed = []
    for name, check in READINESS_CHECKS.items():
        try:
            check()
        except Exception:
            current_app.logger.exception("readiness check failed: %s", name)
            failed.append(name)
    if failed:
        return {"status": "not ready", "failed": failed}, 503
    return {"status": "ready"}, 200
