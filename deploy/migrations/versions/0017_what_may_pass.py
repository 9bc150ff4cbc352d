"""how what several reports tell looks to those who may know some of them; what was asked for and opened."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward, and have what several reports tell looked at again."""
    op.create_table(
        "look",
        sa.Column("incident", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=True),
        sa.Column("occurred_from", sa.BigInteger(), nullable=False),
        sa.Column("occurred_to", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=True),
        sa.Column("area", sa.String(length=120), nullable=True),
        sa.Column("easting", sa.Double(), nullable=True),
        sa.Column("northing", sa.Double(), nullable=True),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("shut", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("incident", "number", name=op.f("pk_look")),
    )
    op.create_index(op.f("ix_look_period"), "look", ["period"])
    op.create_index("ix_look_category_from", "look", ["category", "occurred_from"])
    op.create_table(
        "access",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("asker", sa.String(length=31), nullable=False),
        sa.Column("owner", sa.String(length=31), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=3), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("opens", sa.JSON(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access")),
    )
    for column in ("asker", "owner"):
        op.create_index(op.f(f"ix_access_{column}"), "access", [column])
    op.create_table(
        "in_force",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_in_force")),
    )
    op.execute(
        "insert into waiting (stage, key) select distinct 'issues', 'incident:' || entity from member "
        "where kind = 'incident' and state = 'joined' "
        "and 'incident:' || entity not in (select key from waiting where stage = 'issues')"
    )


def downgrade() -> None:
    """Take the tables back."""
    for table in ("in_force", "access", "look"):
        op.drop_table(table)
