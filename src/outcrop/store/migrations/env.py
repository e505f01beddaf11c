"""Runs migrations on the connection that `store.migrate` hands over. Alembic loads this file by itself."""

from alembic import context

from outcrop.store.tables import metadata


def migrate() -> None:
    """Run every migration that is due, in the transaction that is open."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    context.run_migrations()


if __name__ == "env_py":  # the name under which Alembic runs it; an import does nothing
    migrate()
