"""Whether the database answers."""

from contextlib import closing

from django.db import connection


def check() -> None:
    """Raise if it does not."""
    # By a new connection: only connecting has a limit with every server that does not answer.
    with closing(connection.copy()) as probe:
        probe.connect()
