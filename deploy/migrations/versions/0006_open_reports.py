"""the reports that every statutory agency may know, as the reporting guard and the themes see them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "open_report",
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("incident", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("reported_on", sa.String(length=10), nullable=False),
        sa.Column("happened_on", sa.String(length=10), nullable=True),
        sa.Column("lag", sa.Double(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_open_report")),
    )
    for column in ("incident", "reported_on", "happened_on"):
        op.create_index(op.f(f"ix_open_report_{column}"), "open_report", [column])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("open_report")
