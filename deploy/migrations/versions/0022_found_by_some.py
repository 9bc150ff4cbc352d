"""what only some agencies' reports make an issue of, noted so that it meets what else they are told of."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "found_by_some",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("cell", sa.String(length=200), nullable=False),
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("key", "cell", "ref", name=op.f("pk_found_by_some")),
    )
    op.create_index(op.f("ix_found_by_some_cell"), "found_by_some", ["cell"])
    op.create_index(op.f("ix_found_by_some_ref"), "found_by_some", ["ref"])


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("found_by_some")
