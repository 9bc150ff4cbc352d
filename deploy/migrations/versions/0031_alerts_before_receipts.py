"""what is owed is found by its topic, so that alerts need not stand behind receipts."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_index("ix_outbox_topic_seq", "outbox", ["topic", "seq"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index("ix_outbox_topic_seq", "outbox")
