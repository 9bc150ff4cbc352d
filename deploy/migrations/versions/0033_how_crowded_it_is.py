"""what a pair of reports needs by its kinds of evidence, and how many of the first fall short of it."""

import sqlalchemy as sa
from alembic import op

from deploy.migrations.shape import say_shape

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NEEDS = sa.text("needs is not null")
_JUDGE_ALL = """
insert into waiting (stage, key)
select 'dedupe', ref from report where status = 'accepted'
and not exists (select 1 from waiting where stage = 'dedupe' and key = ref)
"""


def upgrade() -> None:
    """Bring the tables forward; every pair is judged once more, for what it needs."""
    op.add_column("judgement", sa.Column("needs", sa.Double(), nullable=True))
    op.create_index("ix_judgement_at", "judgement", ["at"], sqlite_where=NEEDS, postgresql_where=NEEDS)
    op.create_table(
        "crowd",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("under", sa.Integer(), nullable=False),
        sa.Column("over", sa.Integer(), nullable=False),
        sa.Column("more", sa.Double(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_crowd")),
    )
    op.execute(_JUDGE_ALL)
    say_shape(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("crowd")
    op.drop_index("ix_judgement_at", "judgement")
    op.drop_column("judgement", "needs")
