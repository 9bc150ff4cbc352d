"""how people are reached: channels, subscriptions, quiet hours, watch lists, notices and feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("notice_channel", "notice_subscription", "notice_quiet", "watched", "notice", "feed_token")


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "notice_channel",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user", sa.String(36), nullable=False, index=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("away_since", sa.BigInteger()),
    )
    op.create_table(
        "notice_subscription",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("user", sa.String(36), nullable=False, index=True),
        sa.Column("channel", sa.String(36), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("when", sa.String(8), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_table(
        "notice_quiet",
        sa.Column("user", sa.String(36), primary_key=True),
        sa.Column("starts", sa.String(5)),
        sa.Column("ends", sa.String(5)),
        sa.Column("an_hour", sa.Integer(), nullable=False),
        sa.Column("digest_at", sa.String(5), nullable=False),
    )
    op.create_table(
        "watched",
        sa.Column("user", sa.String(36), primary_key=True),
        sa.Column("what", sa.String(160), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("subscription", sa.String(36), nullable=False, index=True),
        sa.Column("user", sa.String(36), nullable=False),
        sa.Column("about", sa.String(160), nullable=False),
        sa.Column("severity", sa.String(6)),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("owed_at", sa.BigInteger(), nullable=False),
        sa.Column("over_cap", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(36), index=True),
        sa.Column("sent_at", sa.BigInteger()),
    )
    op.create_index("ix_notice_state_due_at", "notice", ["state", "due_at"])
    op.create_index("ix_notice_user_sent_at", "notice", ["user", "sent_at"])
    op.create_table(
        "feed_token",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("user", sa.String(36), nullable=False, index=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )


def downgrade() -> None:
    """Take the tables back."""
    for table in reversed(TABLES):
        op.drop_table(table)
