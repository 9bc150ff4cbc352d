"""what an agency's copy of an alert is called."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("told", sa.Column("matter", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_told_matter"), "told", ["matter"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index(op.f("ix_told_matter"), table_name="told")
    op.drop_column("told", "matter")
