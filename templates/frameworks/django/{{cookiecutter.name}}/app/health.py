"""What a container platform asks: is the process alive, and can it serve?"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, JsonResponse
{%- if cookiecutter.lists.checks %}

from app import {{ cookiecutter.lists.checks | sort | join(', ') }}
{%- endif %}

logger = logging.getLogger(__name__)

# What has to work before a request can be served: a name, and a call that raises if it does not.
READINESS_CHECKS: dict[str, Callable[[], object]] = {
{%- for check in cookiecutter.lists.checks %}
    "{{ check }}": {{ check }}.check,
{%- endfor %}{{ '\n' if cookiecutter.lists.checks }}}


class HealthMiddleware:
    """Whoever asks this may not know a name in ALLOWED_HOSTS, nor speak https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "{{ cookiecutter.app.liveness }}":
            return JsonResponse({"status": "alive"})
        if request.path == "{{ cookiecutter.app.readiness }}":
            return ready()
        request.get_host()  # refuses a name that is not allowed, for static files as well
        return self._get_response(request)


def ready() -> JsonResponse:
    failed = []
    for name, check in READINESS_CHECKS.items():
        try:
            check()
        except Exception:
            logger.exception("readiness check failed: %s", name)
            failed.append(name)
    if failed:
        return JsonResponse({"status": "not ready", "failed": failed}, status=503)
    return JsonResponse({"status": "ready"})
