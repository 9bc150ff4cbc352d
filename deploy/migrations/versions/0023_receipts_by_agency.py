"""what an agency was told lately is found without reading all that every agency was told."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_index("ix_receipt_agency_status_at", "receipt", ["agency", "status", "at"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index("ix_receipt_agency_status_at", "receipt")
