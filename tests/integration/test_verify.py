"""The auditor's own reading of the topics agrees with the store, finds what is lost, and sends it through again."""

import json

import pytest
from sqlalchemy import delete, select
from typer.testing import CliRunner

from deploy.cli import app
from deploy.verifying import Source, figures, verify
from schemas.tables import Received, ReportVersion
from schemas.topics import INBOUND
from streams.store import writing
from tests.integration.reports import SUBJECT, report
from tests.integration.rig import Rig

pytestmark = pytest.mark.broker


def proven(rig: Rig, *words: str, code: int) -> dict:
    said = CliRunner().invoke(
        app,
        ["verify", "--json", "--store", rig.settings.store_url, "--broker", rig.bootstrap, *words],
        env={"TOCSIN_VAR": str(rig.settings.var)},
    )
    assert said.exit_code == code, said.output
    assert SUBJECT["name"] not in said.output
    return json.loads(said.stdout)


def lose(rig: Rig, ref: str) -> None:
    with writing(rig.engine) as connection:
        connection.execute(delete(ReportVersion).where(ReportVersion.ref == ref))
        connection.execute(delete(Received).where(Received.ref == ref))


def test_what_is_missing_is_named_and_sent_through_again(on_sqlite: Rig) -> None:
    rig = on_sqlite
    worker = rig.start_worker()
    bad = report("police", 7, colour="red")
    rig.send("police", [report("police", n, people=[dict(SUBJECT)]) for n in range(6)] + [bad, bad, b"{"])
    rig.send("housing", [report("housing", 1), report("housing", 1)])
    rig.settle()
    whole = proven(rig, code=0)
    assert whole["whole"]
    assert {name: count for name, count in whole["total"].items() if count} == {
        "sent": 11,
        "accepted": 7,
        "seen": 2,
        "rejected": 2,
    }
    rig.kill(worker)
    before = rig.export("reports")
    lose(rig, "police:POL-00003")
    found = proven(rig, code=1)
    (missing,) = [one for place in found["partitions"] for one in place["missing"]]
    assert (missing["topic"], missing["key"]) == (INBOUND.topic("police"), "POL-00003")
    assert rig.export("reports") == before, "the head alone says that it is there"
    rig.send("police", [report("police", 8)])
    mended = proven(rig, "--repair", code=3)
    assert (mended["sent_again"], mended["total"]["missing"], mended["total"]["waiting"]) == (1, 0, 1)
    with rig.engine.connect() as connection:
        held = connection.execute(select(ReportVersion.id).where(ReportVersion.ref == "police:POL-00003")).all()
    assert len(held) == 1
    rig.start_worker()
    rig.settle()
    proofs = verify(rig.engine, Source(bootstrap=rig.bootstrap, partnership=rig.partnership))
    assert figures(proofs)["accepted"] == 8
    assert all(proof.nothing_missing and not proof.waiting for proof in proofs)
