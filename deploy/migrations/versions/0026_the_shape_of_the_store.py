"""the shape of the store, told to SQLite: it read all judgements of a kind for those of a few."""

from alembic import op

from deploy.migrations.shape import say_shape

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    say_shape(op.get_bind())


def downgrade() -> None:
    """Leave the figures: an older version chooses by them as well."""
