"""How Alembic reaches the store: over the connection that it is handed, in that connection's transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from schemas.tables import Base, Instant


def plain_types(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write an Instant as what it is in the store, so that a migration needs none of our code."""
    return "sa.BigInteger()" if kind == "type" and isinstance(thing, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=plain_types,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
