"""What a container platform asks: is the process alive, and can it serve?"""

import logging
from collections.abc import Callable

from fastapi import APIRouter, Response
{%- if cookiecutter.lists.checks %}

from app import {{ cookiecutter.lists.checks | sort | join(', ') }}
{%- endif %}

router = APIRouter(include_in_schema=False)
logger = logging.getLogger("uvicorn.error")

# What has to work before a request can be served: a name, and a call that raises if it does not.
READINESS_CHECKS: dict[str, Callable[[], object]] = {
{%- for check in cookiecutter.lists.checks %}
    "{{ check }}": {{ check }}.check,
{%- endfor %}{{ '\n' if cookiecutter.lists.checks }}}


@router.head("{{ cookiecutter.app.liveness }}")
@router.get("{{ cookiecutter.app.liveness }}")
async def alive() -> dict[str, str]:
    return {"status": "alive"}


@router.head("{{ cookiecutter.app.readiness }}")
@router.get("{{ cookiecutter.app.readiness }}")
def ready(response: Response) -> dict[str, object]:
    failed = []
    for name, check in READINESS_CHECKS.items():
        try:
            check()
        except Exception:
            logger.exception("readiness check failed: %s", name)
            failed.append(name)
    if failed:
        response.status_code = 503
        return {"status": "not ready", "failed": failed}
    return {"status": "ready"}
