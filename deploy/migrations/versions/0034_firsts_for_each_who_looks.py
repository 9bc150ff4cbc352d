"""since when an agency has reported is kept for each who may know another part of it."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward; they fill at the next start, for the rules of sharing are others."""
    op.create_table(
        "began",
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("viewer", sa.String(length=31), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "viewer", name=op.f("pk_began")),
    )
    op.execute(
        "insert into began (agency, viewer, at) select substr(name, 7), '', at from clock where name like 'first %'"
    )
    op.execute("delete from clock where name like 'first %'")


def downgrade() -> None:
    """Take the table back."""
    op.execute("insert into clock (name, at) select 'first ' || agency, at from began where viewer = ''")
    op.drop_table("began")
