"""The signed ends of the log reach every agency's receipts topic, beside the receipts and apart from them."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from consumers.broker import NO_LOGIN
from consumers.publisher.receipts import read_receipts
from deploy.broker.heads import heads_on_topic
from deploy.cli import app
from deploy.store import signer_of
from schemas.topics import RECEIPTS
from streams.keeping.heads import sign_heads
from streams.outbox import owe
from streams.store import writing
from tests.integration.reports import report
from tests.integration.rig import Rig

pytestmark = pytest.mark.broker


def test_the_log_is_held_against_what_agencies_were_sent(on_sqlite: Rig) -> None:
    rig = on_sqlite
    rig.start_worker()
    rig.send("police", [report("police", 1)])
    rig.settle()
    with writing(rig.engine) as connection:
        owe(connection, sign_heads(connection, signer_of(rig.settings, rig.engine), rig.partnership, datetime.now(UTC)))
    rig.settle()
    for agency in ("police", "street-pastors"):
        assert len(heads_on_topic(rig.bootstrap, NO_LOGIN, agency)) == 1
    told = read_receipts(rig.bootstrap, RECEIPTS.topic("police"), NO_LOGIN, None, timeout=20, since=None)
    assert {one["status"] for one in told} == {"accepted"}
    words = ["audit", "verify", "--topic", "police", "--json", "--store", rig.settings.store_url]
    environment = {"TOCSIN_BROKER": rig.bootstrap, "TOCSIN_VAR": str(rig.settings.var)}
    whole = CliRunner().invoke(app, words, env=environment)
    assert whole.exit_code == 0, whole.output
    assert json.loads(whole.stdout)["flaws"] == []
    with writing(rig.engine) as connection:
        connection.exec_driver_sql("delete from audit_signed")
    lost = CliRunner().invoke(app, words, env=environment)
    assert lost.exit_code == 1
    assert "no longer in the store" in lost.stdout
