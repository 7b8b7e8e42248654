"""How Alembic reaches the database, and what the models say."""

import logging

from alembic import context
from sqlalchemy.exc import OperationalError

from app.database import engine
from app.models import Note

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
try:
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Note.metadata)
        with context.begin_transaction():
            known = {script.revision for script in context.script.walk_revisions()}
            if newer := set(context.get_context().get_current_heads()) - known:
                names = ", ".join(sorted(newer))
                raise SystemExit(f"the database was migrated further than this code, to {names}")
            context.run_migrations()
except OperationalError as error:
    raise SystemExit(f"the database cannot be used: {error.orig}") from None
