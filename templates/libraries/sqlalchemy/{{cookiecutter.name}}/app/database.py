"""The database: an engine for the process, a session for each request."""

from sqlalchemy import URL, NullPool, create_engine, make_url
from sqlalchemy.orm import DeclarativeBase, sessionmaker

from app.address import LIMITS, database_url
from app.secret import secret


class Base(DeclarativeBase):
    """What all tables are made from."""


def address() -> URL:
    url = make_url(database_url())
    return url.set(
        drivername="postgresql+psycopg",
        password=url.password or secret("DATABASE_PASSWORD") or None,
        query={**LIMITS, **url.query},
    )


# Nothing connects before the first query. A connection that has ended meanwhile is replaced.
engine = create_engine(address(), pool_pre_ping=True)
Session = sessionmaker(engine)
# Connects anew each time: only that has a limit with every server that does not answer.
probe = create_engine(address(), poolclass=NullPool)


def check() -> None:
    """Raise if the database does not answer."""
    probe.connect().close()
