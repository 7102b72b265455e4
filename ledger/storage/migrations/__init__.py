"""Schema migrations by Alembic, the same for both databases."""
