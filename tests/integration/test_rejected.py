"""What was refused on a topic is judged anew with its key and headers, for these say who sent it."""

import json
from datetime import timedelta

import pytest
from kafka import KafkaProducer
from typer.testing import CliRunner

from deploy.broker.records import record_of
from deploy.cli import app
from deploy.verifying import Source, verify
from schemas.topics import INBOUND
from streams.intake.keep import take_reports
from streams.ledger import take_run
from tests.integration.reports import report
from tests.integration.rig import Rig

pytestmark = pytest.mark.broker
TOPIC = INBOUND.topic("police")
LATE = {"reported_at": "2093-01-01T00:00:00Z"}


def test_a_forged_record_stays_refused_whatever_the_rules_become(on_sqlite: Rig, monkeypatch) -> None:
    rig = on_sqlite
    producer = KafkaProducer(bootstrap_servers=rig.bootstrap, acks="all")
    forged = [("ce_source", b"/agencies/fire")]
    for number, headers in ((1, []), (2, forged)):
        body = json.dumps(report("police", number, **LATE)).encode()
        producer.send(TOPIC, value=body, partition=0, headers=headers).get(30)
    producer.close()
    run = [record_of(one) for one in rig.read(TOPIC)]
    take_run(rig.engine, run, lambda connection, records: take_reports(connection, records, rig.partnership))
    assert rig.outcomes() == {"rejected": 2}
    monkeypatch.setattr("streams.intake.check.EARLY", timedelta(days=100_000))
    words = ["rejected", "replay", "--why", "x", "--by", "ann", "--json", "--agency", "police"]
    where = ["--store", rig.settings.store_url, "--broker", rig.bootstrap]
    said = CliRunner().invoke(app, [*words, *where], env={"TOCSIN_VAR": str(rig.settings.var)})
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout) == {f"{TOPIC}/0/0": "taken", f"{TOPIC}/0/1": "still refused"}
    assert rig.outcomes() == {"accepted": 1, "rejected": 1}
    proofs = verify(rig.engine, Source(bootstrap=rig.bootstrap, partnership=rig.partnership))
    assert all(proof.nothing_missing for proof in proofs)
