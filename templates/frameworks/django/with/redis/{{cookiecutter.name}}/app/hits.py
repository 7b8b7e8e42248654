"""A number in the cache."""

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def hits(request: HttpRequest) -> JsonResponse:
    cache.add("hits", 0, timeout=None)
    return JsonResponse({"hits": cache.incr("hits")})
