"""The database: an engine for the process, a session for each request."""

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.orm import DeclarativeBase, sessionmaker

from app.address import database_url
from app.secret import secret


class Base(DeclarativeBase):
    """What all tables are made from."""


def address() -> URL:
    url = make_url(database_url()).set(drivername="postgresql+psycopg")
    return url if url.password else url.set(password=secret("DATABASE_PASSWORD") or None)


# Nothing connects before the first query. A connection that the server has closed meanwhile is
# replaced, and one that does not come about fails while a probe still waits for the answer.
engine = create_engine(address(), pool_pre_ping=True, connect_args={"connect_timeout": 2})
Session = sessionmaker(engine)


def check() -> None:
    """Raise if the database does not answer."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
