"""Alembic's entry: runs the migrations on the connection it is handed."""

from alembic import context

from tracker.storage.tables.every import every_table

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=every_table(), render_as_batch=True)
context.run_migrations()
