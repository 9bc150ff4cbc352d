"""What SQLite is told of the shape of the store, so that it chooses as well among a million reports as among none.

Left to guess, it takes any first column of an index to leave ten rows: all judgements of a kind were read end to end
for the few of one person. PostgreSQL counts for itself. A migration that makes a table anew says its shape once more.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, text

# By table and index ("" is the primary key): its rows, and how many have the same first column, first two, and so on.
# As counted by ``analyze`` in a store of 88,000 simulated reports; only the proportions tell.
SHAPE: Mapping[str, Mapping[str, str]] = {
    "address": {"": "15000 1"},
    "alert": {"": "570 1", "ix_alert_over_at": "570 1"},
    "alert_evidence": {"": "1800 4 1", "ix_alert_evidence_ref": "1800 1"},
    "audit": {"": "9000 2200 1", "ix_audit_act_subject": "9000 2200 16"},
    "block_key": {"": "1500000 500000 3 3 1 1", "ix_block_key_item": "1500000 500000 8"},
    "counted": {"": "74000 1", "ix_counted_category_from": "74000 4100 2", "ix_counted_period": "74000 240"},
    "entity_alias": {"": "1700 420 1", "ix_entity_alias_new": "1700 420 1"},
    "finding": {"": "580 1", "ix_finding_alert": "580 1", "ix_finding_key": "580 1", "ix_finding_scope": "580 2"},
    "finding_incident": {"": "1700 3 1", "ix_finding_incident_incident": "1700 2"},
    "ground": {"": "5700 1"},
    "ground_use": {"": "160000 29 19 1 1", "ix_ground_use_ref": "160000 2"},
    "incident": {
        "": "77000 1",
        "ix_incident_area_from": "77000 300 1",
        "ix_incident_category_from": "77000 4300 2",
        "ix_incident_from": "77000 2",
        "ix_incident_place_item": "77000 2",
    },
    "judgement": {
        "": "220000 75000 3 1 1",
        "ix_judgement_b": "220000 75000 3",
        "ix_judgement_circle": "12000 4000 4000 1",
    },
    "look": {"": "40000 4 1", "ix_look_category_from": "40000 2500 3", "ix_look_period": "40000 130"},
    "member": {"": "230000 76000 1", "ix_member_entity": "230000 76000 2"},
    "mention": {"": "72000 1", "ix_mention_ref": "72000 2"},
    "open_report": {
        "": "77000 1",
        "ix_open_report_first": "77000 2",
        "ix_open_report_happened_on": "77000 250",
        "ix_open_report_incident": "77000 2",
        "ix_open_report_reported_on": "77000 250",
        "ix_open_report_week": "77000 1700",
    },
    "place_value": {"": "69000 1"},
    "receipt": {"": "130000 1", "ix_receipt_agency_status_at": "130000 14000 2500 1", "ix_receipt_ref": "130000 2"},
    "report": {
        "": "88000 1",
        "ix_report_agency_reported": "88000 9800 1",
        "ix_report_place_item": "88000 2",
        "ix_report_reported_at": "88000 1",
    },
    "report_body": {"": "91000 1"},
    "report_version": {"": "90000 1", "ix_report_version_ref": "90000 1"},
    "told": {
        "": "6000 11 1",
        "ix_told_agency": "6000 540",
        "ix_told_matter": "6000 11",
        "ix_told_over_at": "6000 11",
        "ix_told_week": "6000 140",
    },
    "told_key": {"": "5900 11 1 1", "ix_told_key_key": "5900 11"},
    "value_use": {"": "44000 2 2 1", "ix_value_use_circle": "1000 2", "ix_value_use_item": "44000 2"},
}


def say_shape(connection: Connection) -> None:
    """Write ``SHAPE`` where SQLite looks for it, in place of what it has counted itself; elsewhere nothing."""
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("analyze"))  # the table of figures is made by this alone
    connection.execute(text("delete from sqlite_stat1"))
    connection.execute(
        text("insert into sqlite_stat1 (tbl, idx, stat) values (:table, :index, :stat)"),
        [
            {"table": table, "index": index or f"sqlite_autoindex_{table}_1", "stat": stat}
            for table, indices in SHAPE.items()
            for index, stat in indices.items()
        ],
    )
    connection.execute(text("analyze sqlite_schema"))  # counts nothing: has this connection read the figures
