"""all that the reports of an incident tell; all are judged anew, for the keys they meet by have changed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("incident", sa.Column("account", sa.JSON(), nullable=True))
    op.execute(
        "insert into waiting (stage, key) select 'dedupe', ref from report where status = 'accepted' "
        "and ref not in (select key from waiting where stage = 'dedupe')"
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_column("incident", "account")
