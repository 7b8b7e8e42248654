"""The cache: what it forgets can be found out again."""

from redis import Redis

from app.secret import secret


def connect() -> Redis:
    url = secret("REDIS_URL")
    if not url:
        raise SystemExit("REDIS_URL is not set: redis://:PASSWORD@HOST:6379/0")
    try:
        # A password in the URL wins. Who waits longer than this for a cache does better without.
        return Redis.from_url(
            url,
            password=secret("REDIS_PASSWORD") or None,
            decode_responses=True,
            socket_connect_timeout=2,
            socket_timeout=2,
        )
    except ValueError:
        # The error would name a part of the password.
        raise SystemExit("REDIS_URL is no address: redis://:PASSWORD@HOST:6379/0") from None


# Nothing connects before the first command.
client = connect()


def check() -> None:
    """Raise if the cache does not answer."""
    client.ping()
