"""the partnership's address list."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "address",
        sa.Column("uprn", sa.String(length=20), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("uprn", name=op.f("pk_address")),
    )
    op.create_table(
        "address_list",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("addresses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_address_list")),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("address_list")
    op.drop_table("address")
