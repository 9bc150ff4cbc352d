"""the log's entries chained, and why somebody did something laid apart."""

import sqlalchemy as sa
from alembic import op

from schemas.tables import from_micros
from schemas.tables.logged import GUARDS
from streams.keeping.log import START, hash_of, keep_words

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BEFORE = "before"  # the chain of the entries from before there were chains


def upgrade() -> None:
    """Bring the tables forward."""
    _tables()
    with op.batch_alter_table("audit") as batch:
        batch.add_column(sa.Column("why", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("chain", sa.String(length=255), nullable=False, server_default=BEFORE))
        batch.add_column(sa.Column("n", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("prev", sa.String(length=64), nullable=False, server_default=""))
        batch.add_column(sa.Column("hash", sa.String(length=64), nullable=False, server_default=""))
    _chain()
    with op.batch_alter_table("audit") as batch:
        for name, kind in (
            ("chain", sa.String(255)),
            ("n", sa.Integer()),
            ("prev", sa.String(64)),
            ("hash", sa.String(64)),
        ):
            batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
        batch.create_unique_constraint(op.f("uq_audit_chain_n"), ["chain", "n"])
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(guard)


def _tables() -> None:
    op.create_table(
        "audit_words",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_audit_words")),
    )
    op.create_table(
        "audit_head",
        sa.Column("chain", sa.String(length=255), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_signed",
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("root", name=op.f("pk_audit_signed")),
    )
    op.create_table(
        "audit_cut",
        sa.Column("chain", sa.String(length=255), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_cut")),
    )


def _chain() -> None:
    connection = op.get_bind()
    names = ("seq", "at", "actor", "act", "subject", "why", "n", "prev", "hash")
    audit = sa.table("audit", *(sa.column(name) for name in names), sa.column("detail", sa.JSON))
    n, prev = 0, START
    for row in connection.execute(sa.select(audit).order_by(audit.c.seq)).mappings().all():
        n += 1
        detail = dict(row["detail"])
        why = keep_words(connection, detail.pop("why", "") or "")
        entry = {**row, "at": from_micros(row["at"]), "chain": BEFORE, "n": n, "prev": prev, "why": why}
        hashed = hash_of(entry | {"detail": detail})
        now = {"why": why, "detail": detail, "n": n, "prev": prev, "hash": hashed}
        connection.execute(sa.update(audit).where(audit.c.seq == row["seq"]).values(now))
        prev = hashed
    if n:
        connection.execute(
            sa.text("insert into audit_head (chain, n, hash) values (:chain, :n, :hash)"),
            {"chain": BEFORE, "n": n, "hash": prev},
        )


def downgrade() -> None:
    """There is no way back: a log that was chained is not laid open to change."""
    raise NotImplementedError("the log is not unchained")
