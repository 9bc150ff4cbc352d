"""bodies, each under a key of its own; those of refused records beside the others."""

import sqlalchemy as sa
from alembic import op

from schemas.identity import identity
from streams.keeping.bodies import keep_bodies

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AT_A_TIME = 500


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "body_key",
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_body_key")),
    )
    op.create_table(
        "store_key",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=True),
        sa.Column("check", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_store_key")),
    )
    op.add_column("rejected", sa.Column("uid", sa.String(length=36), nullable=True))
    _seal_reports()
    _seal_rejected()
    op.drop_column("rejected", "raw")


def _seal_reports() -> None:
    connection = op.get_bind()
    last = ""
    page = sa.text("select uid, raw from report_body where uid > :last order by uid limit :most")
    while rows := connection.execute(page, {"last": last, "most": AT_A_TIME}).all():
        keep_bodies(connection, {row.uid: bytes(row.raw) for row in rows})
        last = rows[-1].uid


def _seal_rejected() -> None:
    connection = op.get_bind()
    rows = connection.execute(
        sa.text('select source, partition, "offset", raw from rejected where raw is not null')
    ).all()
    for row in rows:
        uid = identity("rejected-body", row.source, row.partition, row.offset)
        keep_bodies(connection, {uid: bytes(row.raw)})
        connection.execute(
            sa.text('update rejected set uid = :uid where source = :s and partition = :p and "offset" = :o'),
            {"uid": uid, "s": row.source, "p": row.partition, "o": row.offset},
        )


def downgrade() -> None:
    """There is no way back: what was sealed is not laid open again."""
    raise NotImplementedError("bodies are not laid open again")
