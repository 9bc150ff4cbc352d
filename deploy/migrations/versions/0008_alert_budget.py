"""the week in which an alert was raised, for the alert budget."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("told", sa.Column("week", sa.String(length=8), nullable=True))
    op.create_index(op.f("ix_told_week"), "told", ["week"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index(op.f("ix_told_week"), table_name="told")
    op.drop_column("told", "week")
