"""Where the database is."""

from urllib.parse import urlsplit

from app.secret import secret

FORM = "postgresql://USER:PASSWORD@HOST:5432/DATABASE"


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
