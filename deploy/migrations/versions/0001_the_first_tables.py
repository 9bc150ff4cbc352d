"""the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "alert",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("over_at", sa.BigInteger(), nullable=True),
        sa.Column("severity", sa.String(length=6), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_over_at"), ["over_at"], unique=False)

    op.create_table(
        "alert_evidence",
        sa.Column("alert", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("alert", "ref", name=op.f("pk_alert_evidence")),
    )
    with op.batch_alter_table("alert_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_evidence_ref"), ["ref"], unique=False)

    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "block_key",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "at", "item", name=op.f("pk_block_key")),
    )
    with op.batch_alter_table("block_key", schema=None) as batch_op:
        batch_op.create_index("ix_block_key_item", ["kind", "item"], unique=False)

    op.create_table(
        "clock",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_clock")),
    )
    op.create_table(
        "counted",
        sa.Column("incident", sa.String(length=36), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=True),
        sa.Column("occurred_from", sa.BigInteger(), nullable=False),
        sa.Column("occurred_to", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=True),
        sa.Column("area", sa.String(length=120), nullable=True),
        sa.Column("easting", sa.Double(), nullable=True),
        sa.Column("northing", sa.Double(), nullable=True),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("shut", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("incident", name=op.f("pk_counted")),
    )
    with op.batch_alter_table("counted", schema=None) as batch_op:
        batch_op.create_index("ix_counted_category_from", ["category", "occurred_from"], unique=False)
        batch_op.create_index("ix_counted_period", ["period"], unique=False)

    op.create_table(
        "entity_alias",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("old", sa.String(length=36), nullable=False),
        sa.Column("new", sa.String(length=36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "old", name=op.f("pk_entity_alias")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("alert", sa.String(length=36), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_alert"), ["alert"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_scope"), ["scope"], unique=False)

    op.create_table(
        "finding_incident",
        sa.Column("finding", sa.String(length=36), nullable=False),
        sa.Column("incident", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("finding", "incident", name=op.f("pk_finding_incident")),
    )
    with op.batch_alter_table("finding_incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_incident_incident"), ["incident"], unique=False)

    op.create_table(
        "incident",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("occurred_from", sa.BigInteger(), nullable=False),
        sa.Column("occurred_to", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=True),
        sa.Column("place_item", sa.String(length=36), nullable=True),
        sa.Column("area", sa.String(length=120), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("easting", sa.Double(), nullable=True),
        sa.Column("northing", sa.Double(), nullable=True),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("reports", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index("ix_incident_area_from", ["area", "occurred_from"], unique=False)
        batch_op.create_index("ix_incident_category_from", ["category", "occurred_from"], unique=False)
        batch_op.create_index("ix_incident_from", ["occurred_from"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_place_item"), ["place_item"], unique=False)

    op.create_table(
        "judgement",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("a", sa.String(length=160), nullable=False),
        sa.Column("b", sa.String(length=160), nullable=False),
        sa.Column("judge", sa.String(length=80), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("bits", sa.Double(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "a", "b", "judge", name=op.f("pk_judgement")),
    )
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.create_index("ix_judgement_b", ["kind", "b"], unique=False)

    op.create_table(
        "known_topic",
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_known_topic")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "lost_range",
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition", "first", name=op.f("pk_lost_range")),
    )
    op.create_table(
        "member",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("item", sa.String(length=160), nullable=False),
        sa.Column("entity", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "item", name=op.f("pk_member")),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index("ix_member_entity", ["kind", "entity"], unique=False)

    op.create_table(
        "mention",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_ref"), ["ref"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
    )
    op.create_table(
        "place_value",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_value")),
    )
    op.create_table(
        "progress",
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition", name=op.f("pk_progress")),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("report", sa.String(length=128), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_ref"), ["ref"], unique=False)

    op.create_table(
        "received",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.String(length=160), nullable=True),
        sa.PrimaryKeyConstraint("source", "partition", "offset", name=op.f("pk_received")),
    )
    op.create_table(
        "rejected",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=True),
        sa.Column("report_id", sa.String(length=128), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("source", "partition", "offset", name=op.f("pk_rejected")),
    )
    with op.batch_alter_table("rejected", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rejected_agency"), ["agency"], unique=False)

    op.create_table(
        "report",
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("occurred_from", sa.BigInteger(), nullable=True),
        sa.Column("occurred_to", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.String(length=64), nullable=True),
        sa.Column("asb_type", sa.String(length=16), nullable=True),
        sa.Column("marking", sa.JSON(), nullable=True),
        sa.Column("place_item", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_report")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("ix_report_agency_reported", ["agency", "reported_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_place_item"), ["place_item"], unique=False)

    op.create_table(
        "report_body",
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_report_body")),
    )
    op.create_table(
        "report_version",
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_report_version")),
    )
    with op.batch_alter_table("report_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_version_ref"), ["ref"], unique=False)

    op.create_table(
        "said",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("alert", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said")),
    )
    with op.batch_alter_table("said", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_said_alert"), ["alert"], unique=False)

    op.create_table(
        "told",
        sa.Column("alert", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("over_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("alert", "agency", name=op.f("pk_told")),
    )
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_told_over_at"), ["over_at"], unique=False)

    op.create_table(
        "told_key",
        sa.Column("alert", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=31), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("alert", "agency", "key", name=op.f("pk_told_key")),
    )
    with op.batch_alter_table("told_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_told_key_key"), ["key"], unique=False)

    op.create_table(
        "unread",
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_unread")),
    )
    op.create_table(
        "waiting",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_waiting")),
        sa.UniqueConstraint("stage", "key", name=op.f("uq_waiting_stage_key")),
    )
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.create_index("ix_waiting_stage_seq", ["stage", "seq"], unique=False)


def downgrade() -> None:
    """Take the tables back."""
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.drop_index("ix_waiting_stage_seq")

    op.drop_table("waiting")
    op.drop_table("unread")
    with op.batch_alter_table("told_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_told_key_key"))

    op.drop_table("told_key")
    with op.batch_alter_table("told", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_told_over_at"))

    op.drop_table("told")
    with op.batch_alter_table("said", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_said_alert"))

    op.drop_table("said")
    with op.batch_alter_table("report_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_version_ref"))

    op.drop_table("report_version")
    op.drop_table("report_body")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_place_item"))
        batch_op.drop_index("ix_report_agency_reported")

    op.drop_table("report")
    with op.batch_alter_table("rejected", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rejected_agency"))

    op.drop_table("rejected")
    op.drop_table("received")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_ref"))

    op.drop_table("receipt")
    op.drop_table("progress")
    op.drop_table("place_value")
    op.drop_table("outbox")
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_ref"))

    op.drop_table("mention")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index("ix_member_entity")

    op.drop_table("member")
    op.drop_table("lost_range")
    op.drop_table("lease")
    op.drop_table("known_topic")
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.drop_index("ix_judgement_b")

    op.drop_table("judgement")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_place_item"))
        batch_op.drop_index("ix_incident_from")
        batch_op.drop_index("ix_incident_category_from")
        batch_op.drop_index("ix_incident_area_from")

    op.drop_table("incident")
    with op.batch_alter_table("finding_incident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_incident_incident"))

    op.drop_table("finding_incident")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_scope"))
        batch_op.drop_index(batch_op.f("ix_finding_key"))
        batch_op.drop_index(batch_op.f("ix_finding_alert"))

    op.drop_table("finding")
    op.drop_table("entity_alias")
    with op.batch_alter_table("counted", schema=None) as batch_op:
        batch_op.drop_index("ix_counted_period")
        batch_op.drop_index("ix_counted_category_from")

    op.drop_table("counted")
    op.drop_table("clock")
    with op.batch_alter_table("block_key", schema=None) as batch_op:
        batch_op.drop_index("ix_block_key_item")

    op.drop_table("block_key")
    op.drop_table("audit")
    with op.batch_alter_table("alert_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_evidence_ref"))

    op.drop_table("alert_evidence")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_over_at"))

    op.drop_table("alert")
