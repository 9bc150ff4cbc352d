"""the whole normal form of a mention beside what people look at, so that no report is read again to compare it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward; what stands is read from its report until it is matched again."""
    op.add_column("mention", sa.Column("form", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the column back."""
    op.drop_column("mention", "form")
