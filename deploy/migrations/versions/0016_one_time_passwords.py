"""when a user's password was set, for one that another knows runs out."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("page_user", sa.Column("password_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Take the tables back."""
    op.drop_column("page_user", "password_at")
