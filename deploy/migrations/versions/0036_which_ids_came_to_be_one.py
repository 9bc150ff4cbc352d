"""which ids came to be one is found by the one, too."""

from alembic import op

from deploy.migrations.shape import say_shape

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_index("ix_entity_alias_new", "entity_alias", ["kind", "new"])
    say_shape(op.get_bind())


def downgrade() -> None:
    """Take the index back."""
    op.drop_index("ix_entity_alias_new", "entity_alias")
