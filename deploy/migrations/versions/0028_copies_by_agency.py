"""an agency's copies are found without reading those of all others."""

from alembic import op

from deploy.migrations.shape import say_shape

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_index("ix_told_agency", "told", ["agency"])
    say_shape(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    op.drop_index("ix_told_agency", "told")
