"""weekly counts of what all statutory agencies may know, so that spikes can be judged by years."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# What was reported before has to be counted too, or a town would seem to have begun with this version.
_COUNT_ALL = """
insert into waiting (stage, key)
select distinct 'issues', 'incident:' || incident from open_report where true
on conflict do nothing
"""


def upgrade() -> None:
    """Bring the tables forward."""
    op.add_column("open_report", sa.Column("first", sa.String(length=160), nullable=False, server_default=""))
    op.add_column("open_report", sa.Column("week", sa.String(length=8), nullable=True))
    op.add_column("open_report", sa.Column("counts", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(op.f("ix_open_report_first"), "open_report", ["first"])
    op.create_index(op.f("ix_open_report_week"), "open_report", ["week"])
    op.create_table(
        "cell_week",
        sa.Column("cell", sa.String(length=200), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=True),
        sa.Column("judged", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("cell", "week", name=op.f("pk_cell_week")),
    )
    op.create_index(op.f("ix_cell_week_week"), "cell_week", ["week"])
    judged = sa.text("chance is not null")
    op.create_index("ix_cell_week_chance", "cell_week", ["week"], sqlite_where=judged, postgresql_where=judged)
    op.execute(_COUNT_ALL)


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("cell_week")
    op.drop_index(op.f("ix_open_report_week"), "open_report")
    op.drop_index(op.f("ix_open_report_first"), "open_report")
    for column in ("counts", "week", "first"):
        op.drop_column("open_report", column)
