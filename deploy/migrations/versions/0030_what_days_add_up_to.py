"""what the rows of each day add up to, so that a day that was read is read again only when one of them changes."""

import sqlalchemy as sa
from alembic import op

from streams.issues.counting import COLUMNS, Counting
from streams.issues.marks import mark_days, said_of_count, said_of_open

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_OPEN = sa.text("select ref, uid, incident, reported_on, happened_on from open_report")


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "day_mark",
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_day_mark")),
    )
    connection = op.get_bind()
    counted = (Counting.of(row) for row in connection.execute(sa.select(*COLUMNS)).mappings())
    opened = (row._asdict() for row in connection.execute(_OPEN))
    mark_days(
        connection,
        came=[
            *(said for one in counted for said in said_of_count(one)),
            *(said for row in opened for said in said_of_open(row)),
        ],
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("day_mark")
