"""Whether the cache answers."""

from django.core.cache import cache


def check() -> None:
    """Raise if it does not."""
    cache.get("ready")
