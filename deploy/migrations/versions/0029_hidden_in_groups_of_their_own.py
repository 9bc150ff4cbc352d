"""what is hidden stands in its blocks behind the rest, in groups hidden alike; hidden reports are read once more."""

import json

import sqlalchemy as sa
from alembic import op

from deploy.migrations.shape import say_shape

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_COPY = "insert into block_key (kind, key, \"group\", at, item) select kind, key, '', at, item from block_key_before"
_READ_AGAIN = """
insert into waiting (stage, key) select 'dedupe', cast(:ref as varchar)
where not exists (select 1 from waiting where stage = 'dedupe' and key = :ref)
"""
_BACK = "insert into block_key (kind, key, at, item) select kind, key, at, item from block_key_before"


def upgrade() -> None:
    """Bring the tables forward."""
    _anew(sa.Column("group", sa.String(length=16), nullable=False), copy=_COPY)
    connection = op.get_bind()
    rows = connection.execute(sa.text("select ref, marking from report where status = 'accepted'"))
    hidden = [{"ref": ref} for ref, marking in rows if not _plain(marking)]
    if hidden:
        connection.execute(sa.text(_READ_AGAIN), hidden)


def downgrade() -> None:
    """Take the tables back."""
    _anew(copy=_BACK)


def _anew(*group: sa.Column[str], copy: str) -> None:
    """The table with another primary key, which neither database changes in place."""
    op.drop_index("ix_block_key_item", "block_key")
    op.rename_table("block_key", "block_key_before")
    if op.get_bind().dialect.name == "postgresql":  # its name would be taken
        op.execute("alter table block_key_before rename constraint pk_block_key to pk_block_key_before")
    op.create_table(
        "block_key",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        *group,
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", *(one.name for one in group), "at", "item", name="pk_block_key"),
    )
    op.execute(copy)
    op.drop_table("block_key_before")
    op.create_index("ix_block_key_item", "block_key", ["kind", "item"])
    say_shape(op.get_bind())


def _plain(marking: object) -> bool:
    """Whether every statutory agency may know a report so marked."""
    said = json.loads(marking) if isinstance(marking, str) else marking
    if not isinstance(said, dict):
        return False
    open_ = said.get("classification", "OFFICIAL") == "OFFICIAL" and said.get("restricted_to") is None
    return open_ and not said.get("sensitive") and (said.get("grading") or {}).get("handling") in (None, "P")
