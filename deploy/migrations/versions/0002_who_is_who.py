"""what people decide of who is who, found again by whom it is about, weights learnt, and who uses a value."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "value_use",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=9), nullable=False),
        sa.Column("item", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("key", "name", "item", name=op.f("pk_value_use")),
    )
    with op.batch_alter_table("value_use", schema=None) as batch_op:
        batch_op.create_index("ix_value_use_item", ["item"], unique=False)
    op.create_table(
        "generic_value",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_generic_value")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_act_subject", ["act", "subject"], unique=False)
    op.create_table(
        "learnt_weights",
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_learnt_weights")),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("learnt_weights")
    op.drop_table("generic_value")
    with op.batch_alter_table("value_use", schema=None) as batch_op:
        batch_op.drop_index("ix_value_use_item")
    op.drop_table("value_use")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_act_subject")
