"""The log cannot be altered unseen: what was flipped, deleted, put in, moved or cut off is found at its entry."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deploy.store import ready_store
from schemas.settings import Settings
from schemas.tables.logged import GUARDS
from streams.keeping.heads import sign_heads, signer_in
from streams.keeping.log import log, words_of
from streams.keeping.proving import prove
from streams.keeping.read_log import entries
from streams.store import reading, writing

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def entry(number: int, **others):
    said = {"at": AT + timedelta(minutes=number), "actor": "ann", "act": "consultation", "subject": f"person:{number}"}
    return {**said, "detail": {"to": "police", "number": number}, **others}


@pytest.fixture
def engine(store_url):
    opened = ready_store(Settings(store=store_url))
    with writing(opened) as connection:
        log(connection, "page", [entry(n) for n in range(1, 8)])
        log(connection, "sharing", [entry(n) for n in range(1, 4)])
    yield opened
    opened.dispose()


@pytest.fixture
def signer(tmp_path):
    return signer_in(tmp_path / "keys" / "audit.key")


def flaws(engine, signer, elsewhere=()):
    with reading(engine) as connection:
        return [(flaw.chain, flaw.n) for flaw in prove(connection, signer.public, elsewhere).flaws]


def tamper(engine, *statements: str) -> None:
    """As one who owns the database could: without the triggers that guard the log."""
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("drop trigger if exists audit_no_update"))
            connection.execute(text("drop trigger if exists audit_no_delete"))
        else:
            connection.execute(text("alter table audit disable trigger user"))
        for statement in statements:
            connection.execute(text(statement))


def test_a_whole_log_is_whole(engine, signer):
    with reading(engine) as connection:
        proof = prove(connection, signer.public)
    assert (proof.entries, proof.chains, proof.flaws) == (10, 2, ())


@pytest.mark.parametrize(
    "statement", ["update audit set actor = 'bob' where n = 2", "delete from audit where n = 2", "delete from audit"]
)
def test_the_store_itself_refuses_to_change_the_log(engine, signer, statement):
    with pytest.raises(DBAPIError, match="only added to"), writing(engine) as connection:
        connection.execute(text(statement))
    assert flaws(engine, signer) == []


def test_postgresql_refuses_to_empty_the_log(engine):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no truncate")
    with pytest.raises(DBAPIError, match="only added to"), writing(engine) as connection:
        connection.execute(text("truncate audit"))


@pytest.mark.parametrize(
    ("how", "where"),
    [
        ("update audit set actor = 'bob' where chain = 'page' and n = 4", [4]),
        ("update audit set at = at + 1 where chain = 'page' and n = 4", [4]),
        ("update audit set subject = 'person:99' where chain = 'page' and n = 4", [4]),
        ('update audit set detail = \'{"to": "fire", "number": 4}\' where chain = \'page\' and n = 4', [4]),
        ("delete from audit where chain = 'page' and n = 4", [4]),
        ("delete from audit where chain = 'page' and n <= 2", [1]),
        ("delete from audit where chain = 'page' and n >= 6", [6]),
        ("delete from audit where chain = 'page'", [1]),
    ],
)
def test_what_was_flipped_deleted_or_cut_is_found_at_its_entry(engine, signer, how, where):
    tamper(engine, how)
    assert flaws(engine, signer) == [("page", n) for n in where]


def test_what_was_moved_is_found_at_both_entries(engine, signer):
    swap = "update audit set n = {} where chain = 'page' and n = {}"
    tamper(engine, swap.format(99, 3), swap.format(3, 4), swap.format(4, 99))
    assert [n for _, n in flaws(engine, signer) if n in (3, 4)] == [3, 3, 4, 4]


def test_what_was_put_in_is_found_at_its_entry(engine, signer):
    tamper(
        engine,
        "insert into audit (at, actor, act, subject, detail, chain, n, prev, hash)"
        " select at, 'bob', act, subject, detail, chain, 8, hash, hash from audit where chain = 'page' and n = 7",
    )
    assert {n for chain, n in flaws(engine, signer) if chain == "page"} >= {8}


def rewrite(engine) -> None:
    """Change the third entry and chain all behind it anew, head and all: nothing inside the log shows it."""
    with reading(engine) as connection:
        rows = [
            dict(row)
            for row in connection.execute(text("select * from audit where chain='page' order by n")).mappings()
        ]
    tamper(engine, "delete from audit where chain = 'page'", "delete from audit_head where chain = 'page'")
    with writing(engine) as connection:
        log(connection, "page", [entry(row["n"], actor="bob" if row["n"] == 3 else "ann") for row in rows])


def test_a_log_rewritten_whole_is_found_by_what_was_signed(engine, signer):
    with writing(engine) as connection:
        (message,) = sign_heads(connection, signer, ["police"], AT)
    assert message.topic == "tocsin.receipts.police.v1"
    assert dict(message.headers)["ce_type"] == b"tocsin.audit-head.v1"
    rewrite(engine)
    assert flaws(engine, signer) == [("page", 7)]
    tamper(engine, "delete from audit_signed")
    assert flaws(engine, signer) == []
    assert flaws(engine, signer, [json.loads(message.value)]) == [("heads given", 1)]


def test_what_is_added_after_a_signature_does_not_disagree_with_it(engine, signer):
    with writing(engine) as connection:
        (message,) = sign_heads(connection, signer, ["police"], AT)
        log(connection, "page", [entry(8)])
        log(connection, "people", [entry(1)])
    assert flaws(engine, signer, [json.loads(message.value)]) == []


def test_a_signature_of_another_key_is_none(engine, signer, tmp_path):
    other = signer_in(tmp_path / "other.key")
    with writing(engine) as connection:
        (message,) = sign_heads(connection, other, ["police"], AT)
    assert flaws(engine, signer, [json.loads(message.value)]) == [("signed heads", 1), ("heads given", 1)]


def test_a_signed_message_says_nothing_of_how_much_there_is(engine, signer):
    with writing(engine) as connection:
        (one,) = sign_heads(connection, signer, ["police"], AT)
        log(connection, "sharing", [entry(n) for n in range(4, 60)])
        (other,) = sign_heads(connection, signer, ["police"], AT + timedelta(hours=1))
    assert len(one.value) == len(other.value)
    assert {"root", "at", "public_key", "signature"} == json.loads(one.value).keys()


def test_words_are_shown_and_can_be_erased_and_the_chain_holds(engine, signer):
    with writing(engine) as connection:
        log(connection, "page", [entry(8, why="Zebedee asked for it")])
    with reading(engine) as connection:
        last = next(entries(connection, last=1))
        assert last["why"] == "Zebedee asked for it"
        assert words_of(connection, [last["why_digest"]])
    with writing(engine) as connection:
        connection.execute(text("delete from audit_words"))
    with reading(engine) as connection:
        assert next(entries(connection, last=1))["why"] is None
    assert flaws(engine, signer) == []


def test_words_that_were_changed_are_found(engine, signer):
    with writing(engine) as connection:
        log(connection, "page", [entry(8, why="Zebedee asked for it")])
        connection.execute(text("update audit_words set words = 'nobody asked'"))
    assert flaws(engine, signer) == [("page", 8)]


def test_two_workers_write_one_chain_one_after_the_other(postgresql_url, signer):
    from concurrent.futures import ThreadPoolExecutor

    opened = ready_store(Settings(store=postgresql_url))

    def write(number: int) -> None:
        with writing(opened) as connection:
            log(connection, "people", [entry(number), entry(number)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(20)))
    with reading(opened) as connection:
        proof = prove(connection, signer.public)
    opened.dispose()
    assert (proof.entries, proof.flaws) == (40, ())


def test_a_log_from_before_is_chained_and_its_reasons_laid_apart(store_url, signer):
    from deploy.store import migrate
    from streams.store import open_store
    from tests.streams.keeping.test_bodies import bring_to

    opened = open_store(store_url)
    bring_to(opened, "0011")
    with writing(opened) as connection:
        for n in (1, 2):
            connection.execute(
                text("insert into audit (at, actor, act, subject, detail) values (:n, 'ann', 'combination', 'x', :d)"),
                {"n": n, "d": json.dumps({"why": f"because {n}"})},
            )
    migrate(opened)
    with reading(opened) as connection:
        found = list(entries(connection))
    assert [(one["chain"], one["n"], one["why"], one["detail"]) for one in found] == [
        ("before", 1, "because 1", {}),
        ("before", 2, "because 2", {}),
    ]
    assert flaws(opened, signer) == []
    with pytest.raises(DBAPIError), writing(opened) as connection:
        connection.execute(text("delete from audit"))
    opened.dispose()


def test_guards_are_known_for_both_stores():
    assert GUARDS.keys() == {"sqlite", "postgresql"}


def test_each_act_that_the_law_names_is_in_the_log_as_it_happens(store_url, signer):
    from tests.streams.keeping.town import OTHERS, THEIRS, store, take

    opened = store(store_url, [*THEIRS, *OTHERS])
    take(opened, [{**THEIRS[0], "version": 2, "summary": "corrected"}, {**THEIRS[3], "action": "retract"}], first=50)
    with reading(opened) as connection:
        found = list(entries(connection))
    by_act = {act: [one for one in found if one["act"] == act] for act in {one["act"] for one in found}}
    assert by_act.keys() == {"collection", "alteration", "combination", "disclosure"}
    assert [one["detail"]["outcomes"] for one in by_act["collection"]] == [
        {"accepted": len(THEIRS) + len(OTHERS)},
        {"accepted": 1, "retracted": 1},
    ]
    assert [one["detail"]["versions"] for one in by_act["alteration"]] == [2]
    assert {one["subject"] for one in by_act["combination"]} == {"person", "incident"}
    assert any(one["detail"]["joined"] for one in by_act["combination"])
    assert all(one["detail"]["to"] and one["detail"]["reports"] for one in by_act["disclosure"])
    assert flaws(opened, signer) == []
    opened.dispose()
