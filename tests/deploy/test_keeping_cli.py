"""The commands on what is kept, as they are typed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from streams.store import open_store
from tests.consumers.work.making import a_task, desk
from tests.streams.keeping.town import CANARIES, OTHERS, THEIRS, store


@pytest.fixture
def at(tmp_path: Path) -> Path:
    engine = store(f"sqlite:///{tmp_path / 'store.db'}", [*THEIRS, *OTHERS])
    engine.dispose()
    return tmp_path


def run(at: Path, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(
        app, [*words, "--store", f"sqlite:///{at / 'store.db'}"], env={"TOCSIN_VAR": str(at / "var")}
    )
    assert done.exit_code == code, done.output
    return done.stdout


def logged(at: Path, act: str) -> list[dict]:
    return [json.loads(line) for line in run(at, "audit", "list", "--act", act, "--json").splitlines()]


def test_all_that_is_held_of_a_person_and_nobody_elses_data(at):
    (first, *_) = json.loads(run(at, "subject", "export", "--name", "Quillfeather", "--why", "asked", "--by", "ann"))
    held = run(at, "subject", "export", first["person"], "--why", "asked", "--by", "ann")
    facts = json.loads(held)
    assert len(facts["reports"]) == len(THEIRS)
    assert facts["reports"][0]["said_of_them"][0]["phones"] == ["07700900461"]
    assert facts["alerts"]
    assert facts["told_to"]
    assert "Garside" not in held
    assert "Tolley" not in held
    assert [(entry["actor"], entry["why"]) for entry in logged(at, "consultation")] == [("ann", "asked")] * 2


def test_no_reason_no_export(at):
    run(at, "subject", "export", "police:P-1#0", code=2)
    run(at, "subject", "erase", "police:P-1", code=2)


def test_erasing_is_tried_first_and_then_done(at):
    plan = json.loads(run(at, "subject", "erase", "police:P-1", "--why", "asked", "--by", "ann", "--json"))
    assert plan["reports"] == ["police:P-1"]
    assert "Zebedee" in run(at, "subject", "export", "police:P-1#0", "--why", "x", "--by", "ann")
    said = run(at, "subject", "erase", "police:P-1", "--why", "asked", "--by", "ann", "--yes", "--json", "--no-topics")
    assert json.loads(said)["proven"]
    run(at, "subject", "export", "police:P-1#0", "--why", "x", "--by", "ann", code=1)
    assert '"P-1"' not in run(at, "export", "reports")


def test_what_is_wrong_is_put_right_and_what_was_sent_does_not_come_again(at):
    words = ("subject", "rectify", "police:P-1#0", "--set", "born=1989-04-17", "--why", "asked", "--by", "ann")
    assert "would put right born" in run(at, *words)
    run(at, *words, "--yes")
    held = json.loads(run(at, "subject", "export", "police:P-1#0", "--why", "x", "--by", "ann"))
    assert [one["born"] for one in held["reports"][0]["said_of_them"]] == ["1989-04-17"]
    (at / "again.jsonl").write_text(json.dumps(THEIRS[0]))
    run(at, "replay", str(at / "again.jsonl"))
    again = json.loads(run(at, "subject", "export", "police:P-1#0", "--why", "x", "--by", "ann"))
    assert again["reports"] == held["reports"]
    assert [entry["subject"] for entry in logged(at, "alteration")] == ["report:police:P-1"]
    run(at, *words[:4], "born=nonsense", *words[5:], "--yes", code=2)
    said = ("--why", "asked", "--by", "ann", "--yes", "--json", "--no-topics")
    assert json.loads(run(at, "subject", "erase", "police:P-1#0", *said))["proven"]


def test_who_looks_at_a_person_stands_in_the_log(at):
    (first, *_) = json.loads(run(at, "subject", "export", "--name", "Quillfeather", "--why", "asked", "--by", "ann"))
    run(at, "explain", "person", first["person"], "--by", "bob", "--json")
    run(at, "explain", "person", first["person"], "--by", "bob", "--why", "tasking meeting", "--json")
    looks = [entry for entry in logged(at, "consultation") if entry["actor"] == "bob"]
    assert [(entry["detail"]["reason"], entry["why"]) for entry in looks] == [
        ("not stated", None),
        ("stated", "tasking meeting"),
    ]


def test_the_log_is_proven_signed_and_exported(at):
    head = json.loads(run(at, "audit", "sign", "--json"))
    (at / "heads.jsonl").write_text(json.dumps(head) + "\n")
    proof = json.loads(run(at, "audit", "verify", "--head", str(at / "heads.jsonl"), "--json"))
    assert proof["flaws"] == []
    assert proof["heads"] == 1
    lines = [json.loads(line) for line in run(at, "audit", "export").splitlines()]
    assert proof["entries"] == len(lines)
    assert {line["act"] for line in lines} == {"collection", "combination", "disclosure"}
    assert not [word for word in CANARIES if word in json.dumps(lines)]
    head["root"] = "0" * 64
    (at / "heads.jsonl").write_text(json.dumps(head) + "\n")
    run(at, "audit", "verify", "--head", str(at / "heads.jsonl"), code=1)


def test_what_is_due_goes_by_the_way_of_erasing(at):
    plan = json.loads(run(at, "retention", "due", "--day", "2029-04-01", "--json"))
    assert "fire:F-13" in plan["reports"]
    run(at, "retention", "dispose", "--day", "2029-04-01", "--yes", code=2)
    run(at, "retention", "hold", "police:P-1", code=2)
    run(at, "retention", "hold", "police:P-1", "--why", "a court asked", "--by", "ann")
    run(at, "subject", "erase", "police:P-1", "--why", "asked", "--by", "ann", "--yes", code=1)
    run(at, "retention", "release", "police:P-1", "--why", "over", "--by", "ann")
    run(at, "retention", "review", "fire:F-13", "--keep-until", "2030-01-01", "--why", "needed", "--by", "ann")
    assert json.loads(run(at, "retention", "due", "--day", "2029-04-01", "--json"))["staying"]["fire:F-13"]
    assert json.loads(run(at, "retention", "dispose", "--by", "ann", "--yes", "--json", "--no-topics"))["proven"]


def test_an_old_report_is_disposed_of_and_does_not_come_again(at):
    old = {**OTHERS[2], "id": "F-OLD", "reported_at": "2021-01-02T21:00:00Z"}
    old["occurred"] = {"from": "2021-01-02T20:00:00Z", "to": "2021-01-02T20:00:00Z"}
    (at / "old.jsonl").write_text(json.dumps(old))
    run(at, "replay", str(at / "old.jsonl"))
    done = json.loads(run(at, "retention", "dispose", "--by", "ann", "--yes", "--json", "--no-topics"))
    assert (done["reports"], done["proven"]) == (1, True)
    run(at, "replay", str(at / "old.jsonl"))
    assert "F-OLD" not in run(at, "export", "reports")
    assert json.loads(run(at, "audit", "verify", "--json"))["flaws"] == []


def test_what_people_wrote_is_listed_when_it_is_due_and_redacted_when_it_is_named(at):
    engine = open_store(f"sqlite:///{at / 'store.db'}")
    with desk(engine) as mine:
        task = mine.make(a_task(what="Ask Zebedee Quillfeather", state="done", outcome="Asked"))
    engine.dispose()
    due = json.loads(run(at, "retention", "due", "--day", "2035-04-01", "--json"))
    assert due["written"] == [f"work:{task}"]
    run(at, "retention", "hold", "work:none", "--why", "x", "--by", "ann", code=1)
    run(at, "retention", "hold", f"work:{task}", "--why", "a court asked", "--by", "ann")
    assert f"work:{task}" in run(at, "retention", "due", "--day", "2035-04-01")
    words = ("subject", "redact", f"work:{task}", "--why", "asked", "--by", "ann")
    assert "would take" in run(at, *words)
    run(at, "subject", "redact", "work:none", "--why", "asked", "--by", "ann", code=1)
    run(at, *words, "--yes")
    assert [entry["subject"] for entry in logged(at, "erasure")] == [f"written:work:{task}"]
    assert b"Ask Zebedee" not in (at / "store.db").read_bytes()


def test_the_quarterly_counts_are_written_and_logged(at):
    run(at, "depersonalised", "--quarter", "2026Q1", "--by", "ann", "--out", str(at / "q.csv"))
    assert (at / "q.csv").read_text().splitlines()[0] == "quarter,agency,category,asb_type,area,count"
    assert "depersonalised:2026Q1" in [entry["subject"] for entry in logged(at, "disclosure")]
    run(at, "depersonalised", "--quarter", "2099Q1", code=2)


def test_the_files_can_be_written_anew(at):
    assert "nothing that was deleted" in run(at, "store", "compact")
