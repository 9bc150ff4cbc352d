"""how crowded it is is counted for each circle of who may know a pair; places stand in their blocks by circle."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from deploy.migrations.shape import say_shape

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_NEAR, _NEEDS = sa.text("circle is not null"), sa.text("needs is not null")
# A way of writing a place is another one in each group of reports that are known alike, so all are matched again.
_PLACES_ANEW = (
    """
    insert into waiting (stage, key)
    select distinct 'issues', 'place:' || entity from member
    where kind = 'place' and entity is not null
    and not exists (select 1 from waiting where stage = 'issues' and key = 'place:' || entity)
    """,
    "delete from block_key where kind = 'place'",
    "delete from judgement where kind = 'place' and judge = 'pipeline'",
    "delete from member where kind = 'place'",
)
_JUDGE_ALL = """
insert into waiting (stage, key)
select 'dedupe', ref from report where status = 'accepted'
and not exists (select 1 from waiting where stage = 'dedupe' and key = ref)
"""


def upgrade() -> None:
    """Bring the tables forward; every pair is judged once more, and every place put in its blocks."""
    op.drop_index("ix_judgement_at", "judgement")
    op.add_column("judgement", sa.Column("circle", sa.Text(), nullable=True))
    op.add_column("judgement", sa.Column("counts", sa.Boolean(), nullable=True))
    op.create_index(
        "ix_judgement_circle", "judgement", ["circle", "counts", "at"], sqlite_where=_NEAR, postgresql_where=_NEAR
    )
    op.drop_table("crowd")
    op.create_table("crowd", *_key("circle"), *_columns(), sa.PrimaryKeyConstraint("kind", "circle", name="pk_crowd"))
    for statement in (*_PLACES_ANEW, _JUDGE_ALL):
        op.execute(statement)
    say_shape(op.get_bind())


def downgrade() -> None:
    """Take the columns back; it is counted anew as reports come."""
    op.drop_table("crowd")
    op.create_table("crowd", *_key(), *_columns(), sa.PrimaryKeyConstraint("kind", name="pk_crowd"))
    op.drop_index("ix_judgement_circle", "judgement")
    op.drop_column("judgement", "counts")
    op.drop_column("judgement", "circle")
    op.create_index("ix_judgement_at", "judgement", ["at"], sqlite_where=_NEEDS, postgresql_where=_NEEDS)


def _key(*more: str) -> list[sa.Column[str]]:
    kind = sa.Column("kind", sa.String(length=8), nullable=False)
    return [kind, *(sa.Column(name, sa.Text(), nullable=False) for name in more)]


def _columns() -> list[sa.Column[Any]]:
    return [
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("pairs", "under", "over")),
        sa.Column("more", sa.Double(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
    ]
