"""The publisher and a real broker."""

import json
import os
import threading
from pathlib import Path

import pytest

from consumers.publisher import Batch, NotSent, Publisher, TopicMissing, WrongReport, files, publish_files
from consumers.publisher import lane as lanes
from consumers.publisher.command import publish_command
from consumers.publisher.files import Account
from schemas.envelope import MessageName, read_envelope
from schemas.receipt import Receipt
from schemas.report import read_report
from schemas.settings import Settings
from schemas.topics import INBOUND, RECEIPTS
from tests.consumers.publisher.files import a_report, jsonl, write
from tests.consumers.topics import make_topic, new_agency, put, records_on

pytestmark = pytest.mark.broker


@pytest.fixture
def agency(broker: str) -> str:
    name = new_agency()
    make_topic(broker, INBOUND.topic(name), 2, **{"max.message.bytes": "1000000"})
    make_topic(broker, RECEIPTS.topic(name))
    return name


def test_a_report_sent_stands_on_the_topic(broker: str, agency: str) -> None:
    report = a_report(1, agency=agency)
    with Publisher(agency, broker) as publisher:
        as_dict = publisher.send(report)
        as_model = publisher.send(read_report(a_report(2, agency=agency)))
        as_bytes = publisher.send(b"not even JSON")
        assert as_dict.result(10).offset is not None
    assert as_model.done
    assert as_bytes.done
    stood = {record.value: record for record in records_on(broker, INBOUND.topic(agency))}
    assert len(stood) == 3
    record = stood[json.dumps(report, separators=(",", ":")).encode()]
    assert record.key == b"r1"
    assert (record.partition, record.offset) == (as_dict.partition, as_dict.offset)
    assert read_envelope(record.headers).name == MessageName(source=agency, id=f"{agency}:r1:1")
    assert stood[b"not even JSON"].key is None
    assert any(json.loads(value)["id"] == "r2" for value in stood if value != b"not even JSON")


def test_a_wrong_report_is_not_sent(broker: str, agency: str) -> None:
    with Publisher(agency, broker) as publisher, pytest.raises(WrongReport, match="category is missing") as told:
        publisher.send({"id": "r1", "agency": agency})
    assert len(told.value.problems) == 3
    assert records_on(broker, INBOUND.topic(agency)) == []


def test_flush_raises_what_was_not_sent(broker: str, agency: str) -> None:
    with Publisher(agency, broker) as publisher:
        publisher.send(os.urandom(1_500_000).hex().encode())
        good = publisher.send(a_report(agency=agency))
        with pytest.raises(NotSent, match="a record with no id was not sent: it is larger than the broker takes"):
            publisher.flush()
    assert good.offset is not None


def test_a_topic_that_is_missing_is_told(broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "MISSING_FOR_S", -1.0)
    with (
        Publisher("nobody", broker) as publisher,
        pytest.raises(TopicMissing, match="has no topic tocsin"),
    ):
        publisher.send(a_report(agency="nobody"))


def test_many_threads_may_send(broker: str, agency: str) -> None:
    with Publisher(agency, broker) as publisher:

        def send(start: int) -> None:
            for number in range(start, start + 50):
                publisher.send(a_report(number, agency=agency))

        threads = [threading.Thread(target=send, args=(start,)) for start in range(0, 200, 50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    keys = [record.key for record in records_on(broker, INBOUND.topic(agency))]
    assert sorted(keys) == sorted(f"r{number}".encode() for number in range(200))


def test_what_became_of_a_report_can_be_asked(broker: str, agency: str) -> None:
    def told(report: str, status: str) -> tuple[str, bytes]:
        receipt = Receipt(
            id=f"{report}-{status}", agency=agency, report=report, at="2024-03-01T10:00:00Z", status=status
        )
        return report, receipt.model_dump_json().encode()

    with Publisher(agency, broker) as publisher:
        assert publisher.receipts() == []
        assert publisher.receipts("r1", timeout=0.5) == []
        put(
            broker,
            RECEIPTS.topic(agency),
            told("r1", "accepted"),
            told("r2", "accepted"),
            ("r3", b"{rubbish"),
            told("r1", "linked"),
        )
        assert [(one["report"], one["status"]) for one in publisher.receipts()] == [
            ("r1", "accepted"),
            ("r2", "accepted"),
            ("r1", "linked"),
        ]
        assert [one["status"] for one in publisher.receipts("r1")] == ["accepted", "linked"]
        threading.Timer(0.5, put, (broker, RECEIPTS.topic(agency), told("r9", "rejected"))).start()
        assert [one["status"] for one in publisher.receipts("r9", timeout=20)] == ["rejected"]


class Cut(Exception):
    pass


@pytest.fixture
def told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every acknowledgement is told as it comes, so that a run is cut before its end however fast the broker is."""
    monkeypatch.setattr(files, "TELL_EVERY_S", 0.0)


@pytest.mark.usefixtures("told_at_once")
def test_an_interrupted_file_goes_on_where_it_stopped(broker: str, agency: str, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "f.jsonl", [a_report(number, agency=agency) for number in range(3_000)])
    batch = Batch(files=[file], agency=agency, format="jsonl")
    places = tmp_path / "places"

    def cut(account: Account) -> None:
        if account.sent > 500:
            raise Cut

    with pytest.raises(Cut):
        publish_files(batch, broker, places=places, progress=cut)
    assert len(list(places.iterdir())) == 1
    account = publish_files(batch, broker, places=places)
    assert account.already > 500
    assert account.sent + account.already == 3_000
    keys = [record.key for record in records_on(broker, INBOUND.topic(agency))]
    assert set(keys) == {f"r{number}".encode() for number in range(3_000)}
    assert list(places.iterdir()) == []
    assert publish_files(batch, broker, places=places).sent == 3_000  # a run that ended can be made again


@pytest.mark.usefixtures("told_at_once")
def test_a_run_over_several_files_skips_those_it_had_sent(broker: str, agency: str, tmp_path: Path) -> None:
    first = jsonl(tmp_path / "a.jsonl", [a_report(number, agency=agency) for number in range(10)])
    second = tmp_path / "b.csv"
    second.write_text("nonsense\n")
    third = jsonl(tmp_path / "c.jsonl.gz", [a_report(number, agency=agency) for number in range(10, 15)])
    batch = Batch(files=[first, third], agency=agency, format="jsonl")

    def cut(account: Account) -> None:
        if account.sent > 10:
            raise Cut

    with pytest.raises(Cut):
        publish_files(batch, broker, places=tmp_path / "places", progress=cut)
    account = publish_files(batch, broker, places=tmp_path / "places")
    assert account.already >= 10
    assert account.already + account.sent == 15


def test_the_command_sends_counts_and_says_what_it_could_not(
    broker: str, agency: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = os.urandom(1_500_000).hex()
    file = write(
        tmp_path / "f.jsonl",
        "\n".join(
            [json.dumps(a_report(1, agency=agency)), "not JSON", json.dumps({"x": huge}), json.dumps(a_report(2))]
        ),
    )
    settings = Settings(var=tmp_path / "var")
    code = publish_command(settings, lambda: broker, files=[file], agency=agency)
    said = capsys.readouterr()
    assert code == 1
    assert said.out.startswith("sent 3, 1 not taken by the broker, ")
    assert "f.jsonl, line 3: it is larger than the broker takes" in said.err
    code = publish_command(settings, lambda: broker, files=[jsonl(tmp_path / "g.jsonl", [a_report(3)])], agency=agency)
    assert code == 0
    assert capsys.readouterr().out.startswith("sent 1, ")
    assert len(records_on(broker, INBOUND.topic(agency))) == 4
