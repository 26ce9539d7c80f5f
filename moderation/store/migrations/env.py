"""How Alembic runs the migrations here: `moderation.store.migrate` hands it the connection."""

from alembic import context
from sqlalchemy import Connection

# Alembic would make its table with a VARCHAR, which STRICT does not know.
VERSION_TABLE = (
    "CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT NOT NULL PRIMARY KEY) STRICT"
)


def run(connection: Connection) -> None:
    """Run what is due. Each migration is one transaction with its version row.

    On SQLite the caller has begun one transaction around them all.
    """
    context.configure(connection=connection, transactional_ddl=True, transaction_per_migration=True)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(VERSION_TABLE)
    with context.begin_transaction():
        context.run_migrations()


def plan(dialect: str) -> None:
    """Write what would be run."""
    context.configure(dialect_name=dialect, transactional_ddl=True, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


attributes = context.config.attributes
if context.is_offline_mode():
    plan(attributes["dialect"])
else:
    run(attributes["connection"])
