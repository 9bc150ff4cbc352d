"""an index by which the last report made is found."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_index(op.f("ix_report_reported_at"), "report", ["reported_at"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index(op.f("ix_report_reported_at"), table_name="report")
