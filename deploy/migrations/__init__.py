"""Alembic's migrations of the store, numbered in order."""
