"""what people do about it: problems, tasks, steps of the ladder, registers, case reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "work",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
    )
    op.create_index(op.f("ix_work_parent"), "work", ["parent"])
    op.create_index("ix_work_kind", "work", ["kind", "agency"])
    op.create_table(
        "work_change",
        sa.Column("work", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("work", "version", name=op.f("pk_work_change")),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("work_change")
    op.drop_table("work")
