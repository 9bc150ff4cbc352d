"""the people of agencies who use the page, their sessions, and failed tries to sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "page_user",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_user")),
        sa.UniqueConstraint("name", name=op.f("uq_page_user_name")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_page_user_issuer_subject")),
    )
    op.create_index(op.f("ix_page_user_agency"), "page_user", ["agency"])
    op.create_table(
        "page_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_session")),
    )
    for column in ("user", "ends_at"):
        op.create_index(op.f(f"ix_page_session_{column}"), "page_session", [column])
    op.create_table(
        "page_stated",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("session", "person", name=op.f("pk_page_stated")),
    )
    op.create_table(
        "page_attempt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_page_attempt")),
    )
    op.create_index(op.f("ix_page_attempt_last_at"), "page_attempt", ["last_at"])


def downgrade() -> None:
    """Take the tables back."""
    for table in ("page_attempt", "page_stated", "page_session", "page_user"):
        op.drop_table(table)
