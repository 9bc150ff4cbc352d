"""what is generic is counted for each circle of who may know it; hidden reports are read once more."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_READ_AGAIN = """
insert into waiting (stage, key) select 'dedupe', cast(:ref as varchar)
where not exists (select 1 from waiting where stage = 'dedupe' and key = :ref)
"""
_OF_SOME = sa.text("circle > ''")


def upgrade() -> None:
    """Bring the tables forward; circles are drawn at the next start, for the rules of sharing are others."""
    op.create_table(
        "circle",
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_circle"),
    )
    op.create_table(
        "generic_among",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("circle", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "circle", name="pk_generic_among"),
    )
    op.create_table(
        "value_held",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("item", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("key", "item", name="pk_value_held"),
    )
    op.create_index("ix_value_held_item", "value_held", ["item"])
    op.add_column("value_use", sa.Column("circle", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_value_use_circle", "value_use", ["key"], postgresql_where=_OF_SOME, sqlite_where=_OF_SOME)
    connection = op.get_bind()
    rows = connection.execute(sa.text("select ref, marking from report where status = 'accepted'"))
    hidden = [{"ref": ref} for ref, marking in rows if not _plain(marking)]
    if hidden:
        connection.execute(sa.text(_READ_AGAIN), hidden)


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index("ix_value_use_circle", "value_use")
    op.drop_column("value_use", "circle")
    for table in ("value_held", "generic_among", "circle"):
        op.drop_table(table)


def _plain(marking: object) -> bool:
    """Whether every statutory agency may know a report so marked."""
    said = json.loads(marking) if isinstance(marking, str) else marking
    if not isinstance(said, dict):
        return False
    open_ = said.get("classification", "OFFICIAL") == "OFFICIAL" and said.get("restricted_to") is None
    return open_ and not said.get("sensitive") and (said.get("grading") or {}).get("handling") in (None, "P")
