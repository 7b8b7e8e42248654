"""Whether the database answers."""

from django.db import connection


def check() -> None:
    """Raise if it does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
