"""wards and LSOAs, by boundary or by postcode."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "area",
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("level", "id", name=op.f("pk_area")),
    )
    op.create_table(
        "postcode_area",
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("postcode", name=op.f("pk_postcode_area")),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("postcode_area")
    op.drop_table("area")
