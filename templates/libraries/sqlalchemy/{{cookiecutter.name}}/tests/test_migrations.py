from alembic import command
from alembic.config import Config


def test_the_models_need_no_further_migration() -> None:
    command.check(Config("alembic.ini"))
