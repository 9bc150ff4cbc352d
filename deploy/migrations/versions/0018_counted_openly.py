"""hidden reports are counted among those who use a value no more: they are matched anew."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_REPORT = sa.table("report", sa.column("ref", sa.String), sa.column("marking", sa.JSON))
_WAITING = sa.table("waiting", sa.column("stage", sa.String), sa.column("key", sa.String))


def upgrade() -> None:
    """Have every report that is marked in any way matched again."""
    connection = op.get_bind()
    waits = set(connection.execute(sa.select(_WAITING.c.key).where(_WAITING.c.stage == "matching")).scalars())
    rows = connection.execute(sa.select(_REPORT.c.ref, _REPORT.c.marking))
    marked = [ref for ref, marking in rows if not _open(marking) and ref not in waits]
    if marked:
        connection.execute(sa.insert(_WAITING), [{"stage": "matching", "key": ref} for ref in marked])


def _open(marking: dict[str, object] | None) -> bool:
    return (
        marking is not None
        and marking.get("classification") == "OFFICIAL"
        and not any(
            marking.get(name) is not None and marking.get(name) != []
            for name in ("sensitive", "grading", "restricted_to")
        )
    )


def downgrade() -> None:
    """What was counted stays as it is until the reports are matched again."""
