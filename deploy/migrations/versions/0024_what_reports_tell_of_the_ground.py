"""what reports tell of the ground: which street a name is in, and where it lies; all are read for it once more."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_READ_ALL = """
insert into waiting (stage, key)
select 'dedupe', ref from report where status = 'accepted'
on conflict do nothing
"""


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "ground_use",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.Column("says", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", "asks", "at", "ref", name=op.f("pk_ground_use")),
    )
    op.create_index(op.f("ix_ground_use_ref"), "ground_use", ["ref"])
    op.create_table(
        "ground",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("says", sa.String(length=200), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("last", sa.String(length=160), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ground")),
    )
    op.execute(_READ_ALL)


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("ground")
    op.drop_table("ground_use")
