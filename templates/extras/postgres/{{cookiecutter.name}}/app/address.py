"""Where the database is, and how long it is waited for."""

from urllib.parse import urlsplit

from app.secret import secret

FORM = "postgresql://USER:PASSWORD@HOST:5432/DATABASE"

# What libpq is told unless the address says otherwise, as a thread that waits serves nobody. Before
# a probe gives up, at 3 seconds, it has given up connecting, or a server whose machine does not
# take what it sends; after 7 seconds it gives up one that has gone with a query to answer. It goes
# on waiting for a server that is stopped while its machine runs, as by `docker compose pause`: that
# shows in a new connection alone, so readiness is asked by one.
LIMITS = {
    "connect_timeout": "2",
    "tcp_user_timeout": "2000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "1",
}


def database_url() -> str:
    """Return DATABASE_URL; if it is none, end the start without a word of what it holds."""
    url = secret("DATABASE_URL")
    if not url:
        raise SystemExit(f"DATABASE_URL is not set: {FORM}")
    if not is_address(url):
        raise SystemExit(f"DATABASE_URL is no address: {FORM}, in PASSWORD %40 for @, %2F for /")
    return url


def is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    # A password with an @, a / or a ? in it would end there, and its rest would be the host.
    whole = url.count("@") == parts.netloc.count("@") < 2
    known = url.startswith(("postgresql://", "postgres://"))
    return known and whole and port != 0 and not parts.netloc.endswith(":")
