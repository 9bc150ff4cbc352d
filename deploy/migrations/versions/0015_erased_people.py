"""which people of a report were erased, so that a restored store can erase them again."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("erased", sa.Column("people", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Take the tables back."""
    op.drop_column("erased", "people")
