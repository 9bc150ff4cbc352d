"""Every bad input ends in a reason, holds up nothing, and shows nobody's name."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from schemas.receipt import Receipt as ReceiptWord
from schemas.tables import Received, Rejected, Report, ReportBody
from streams.intake.check import Checked, check
from streams.intake.keep import judge
from streams.intake.refused import Refused
from tests.streams.intake import bad
from tests.streams.intake.making import CANARY, PARTNERSHIP, empty, raw, record, records, report, rows, store, take

KINDS = bad.every_kind()
WITHHELD = {**bad.HIGHER, **bad.UNKNOWN}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("bad")
    with store(f"sqlite:///{folder / 'store.db'}") as opened:
        yield opened


def test_there_are_a_hundred_kinds_and_more():
    assert len(KINDS) >= 150


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_refused_with_its_code_and_plain_sentences(kind):
    value, code = KINDS[kind]
    with pytest.raises(Refused) as refused:
        check(record(value), PARTNERSHIP)
    assert refused.value.code == code
    assert refused.value.reasons
    for reason in refused.value.reasons:
        assert 10 < len(reason) < 300
        assert reason.isprintable()
        assert CANARY not in reason
    assert CANARY not in repr(refused.value) + str(refused.value)


@pytest.mark.parametrize("kind", WITHHELD)
def test_what_may_be_marked_higher_is_not_kept(kind):
    with pytest.raises(Refused) as refused:
        check(record(WITHHELD[kind]), PARTNERSHIP)
    assert not refused.value.keep_body


@pytest.mark.parametrize("kind", [*bad.BYTES, *bad.FIELDS])
def test_everything_else_is_kept_as_it_came(kind):
    with pytest.raises(Refused) as refused:
        check(record(KINDS[kind][0]), PARTNERSHIP)
    assert refused.value.keep_body


def test_all_kinds_at_once_hold_up_nothing(engine):
    empty(engine)
    values: list[bytes | None] = []
    for number, (value, _) in enumerate(KINDS.values()):
        values += [raw(report(id=f"good-{number}")), value]
    batch = [record(value, offset) for offset, value in enumerate(values)]
    messages = take(engine, batch)
    outcomes = [row[0] for row in rows(engine, Received, "outcome")]
    assert outcomes.count("accepted") == len(KINDS)
    assert outcomes.count("rejected") + outcomes.count("seen") == len(KINDS)
    assert len(rows(engine, Rejected)) == outcomes.count("rejected")
    assert len(rows(engine, Report)) == len(KINDS)
    _show_no_name(messages, rows(engine, Rejected, "reasons"))


def _show_no_name(messages, reasons):
    for message in messages:
        shown = b"".join(value for name, value in message.headers if name.startswith("dlq."))
        if "receipts" in message.topic:
            ReceiptWord.model_validate_json(message.value)
            shown += message.value
        assert CANARY.encode() not in shown
    assert CANARY not in str(reasons)


@pytest.mark.parametrize("kind", bad.HIGHER)
def test_a_record_marked_too_high_stands_nowhere(engine, kind):
    empty(engine)
    messages = take(engine, [record(bad.HIGHER[kind], headers=(("ce_subject", CANARY.encode()),))])
    ((at, code, kept),) = rows(engine, Rejected, "at", "code", "uid")
    assert at is not None
    assert (code, kept) == ("over-classified", None)
    rejected = [message for message in messages if "rejected" in message.topic]
    assert [message.value for message in rejected] == [None]
    assert rows(engine, ReportBody) == []
    assert CANARY not in str(messages)


def test_a_refused_record_goes_back_untouched_with_its_reasons(engine):
    empty(engine)
    value = b'\xef\xbb\xbf { "id":"P-9" , "agency":"police","colour":1}'
    messages = take(engine, [record(value, 41, partition=1, key=b"P-9", headers=(("ce_id", b"m-1"),))])
    back, receipt = messages
    assert back.topic == "tocsin.rejected.police.v1"
    assert (back.key, back.value) == (b"P-9", value)
    headers = dict(back.headers)
    assert headers["ce_id"] == b"m-1"
    assert headers["dlq.code"] == b"invalid"
    assert headers["dlq.topic"] == b"tocsin.inbound.police.v1"
    assert (headers["dlq.partition"], headers["dlq.offset"]) == (b"1", b"41")
    assert headers["dlq.at"] == b"2024-05-02T09:00:00Z"
    assert "; ".join(json.loads(headers["dlq.reasons"])) == headers["dlq.reason"].decode()
    assert b"colour is not a known field" in headers["dlq.reason"]
    assert receipt.topic == "tocsin.receipts.police.v1"
    assert receipt.key == b"P-9"
    assert json.loads(receipt.value or b"")["status"] == "rejected"


def test_a_record_with_no_readable_id_is_told_by_where_it_stood(engine):
    empty(engine)
    _, receipt = take(engine, [record(b"nonsense", 7)])
    told = ReceiptWord.model_validate_json(receipt.value or b"")
    assert told.report is None
    assert told.origin is not None
    assert (told.origin.source, told.origin.offset) == ("tocsin.inbound.police.v1", 7)
    assert receipt.key is None


def test_each_record_with_no_readable_id_is_one_of_its_own(engine):
    empty(engine)
    take(engine, records([b"nonsense", b"nonsense"]))
    assert len(rows(engine, Rejected)) == 2


def test_the_same_refused_report_again_writes_nothing(engine):
    empty(engine)
    wrong = report(category="nonsense")
    assert len(take(engine, [record(wrong, 0)])) == 2
    assert take(engine, [record(wrong, 1)]) == []
    assert take(engine, [record(wrong, 0)]) == []
    assert len(rows(engine, Rejected)) == 1
    assert rows(engine, Received, "offset", "outcome") == [(0, "rejected"), (1, "seen")]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_bytes_cut_flipped_and_spliced_end_in_a_report_or_a_reason(data):
    value = bytearray(
        data.draw(st.sampled_from([value or b"" for value, _ in KINDS.values()] + [raw(report())]))[:5000]
    )
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(value)))
        value[start : start + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    _ends_well(bytes(value))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
fields = st.sampled_from(
    [*report(), "version", "people", "place", "grading", "vehicles", "related", "extension", "restricted_to", "colour"]
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(fields, json_values, max_size=4))
def test_any_json_in_any_field_ends_in_a_report_or_a_reason(changes):
    _ends_well(raw(report(**changes)))


def _ends_well(value: bytes) -> None:
    one = judge(record(value), PARTNERSHIP)
    assert isinstance(one, Checked) or one.reasons
