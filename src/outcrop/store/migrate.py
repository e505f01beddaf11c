"""Brings a database to the newest migration. Knows Alembic; knows no table."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "migrations"


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run the migrations that are due, in the connection's own transaction: all of them, or none."""
    command.upgrade(_config(connection), revision)


def take_back(connection: Connection, revision: str) -> None:
    """Undo the migrations after one, in the connection's own transaction; "base" is before the first."""
    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
