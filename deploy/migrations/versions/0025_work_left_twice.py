"""the same work may stand before a stage twice: who takes it may have read before the second was left."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ONCE = "delete from waiting where seq not in (select min(seq) from waiting group by stage, key)"


def upgrade() -> None:
    """Bring the tables forward."""
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_waiting_stage_key"), type_="unique")
        batch_op.create_index("ix_waiting_stage_key", ["stage", "key"], unique=False)


def downgrade() -> None:
    """Take the tables back."""
    op.execute(_ONCE)
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.drop_index("ix_waiting_stage_key")
        batch_op.create_unique_constraint(batch_op.f("uq_waiting_stage_key"), ["stage", "key"])
