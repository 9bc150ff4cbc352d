"""The log of who did what to which record, and why (Data Protection Act 2018, s.62): added to, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from schemas.tables.base import Base, Serial


class Audit(Base):
    """An entry. ``n`` counts a writer's chain from 1; ``hash`` is over all of it and the hash before.

    It names records and holds nothing that they say; ``why`` stands for words that lie apart and can be erased.
    """

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(
        String(16)
    )  # collection, alteration, consultation, disclosure, combination, erasure; for the page's own: signing-in and such
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, Any]]
    why: Mapped[str | None] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(255))
    n: Mapped[int]
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (UniqueConstraint("chain", "n"), Index("ix_audit_act_subject", "act", "subject"))


class AuditWords(Base):
    """Why somebody did something, in their words: the log holds a salted digest of it, so that it can be erased."""

    __tablename__ = "audit_words"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    words: Mapped[str]


class AuditHead(Base):
    """Where each chain ends."""

    __tablename__ = "audit_head"
    chain: Mapped[str] = mapped_column(String(255), primary_key=True)
    n: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class AuditSigned(Base):
    """The ends of all chains at a moment, as a signed message to every agency says them: by one salted digest."""

    __tablename__ = "audit_signed"
    root: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    salt: Mapped[str] = mapped_column(String(64))
    heads: Mapped[dict[str, Any]]  # {chain: [n, hash]}
    signature: Mapped[str] = mapped_column(String(128))


class AuditCut(Base):
    """How far a chain was cut from the front by rule, signed; what is left begins after it."""

    __tablename__ = "audit_cut"
    chain: Mapped[str] = mapped_column(String(255), primary_key=True)
    n: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(String(128))


GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "create trigger audit_no_update before update on audit "
        "begin select raise(abort, 'the log is only added to'); end",
        "create trigger audit_no_delete before delete on audit when not exists "
        "(select 1 from audit_cut where audit_cut.chain = old.chain and audit_cut.n >= old.n) "
        "begin select raise(abort, 'the log is only added to'); end",
    ),
    "postgresql": (
        "create or replace function audit_guard() returns trigger language plpgsql as $$ begin "
        "if tg_op = 'DELETE' and exists (select 1 from audit_cut where audit_cut.chain = old.chain "
        "and audit_cut.n >= old.n) then return old; end if; "
        "raise exception 'the log is only added to'; end $$",
        "create trigger audit_no_change before update or delete on audit for each row execute function audit_guard()",
        "create trigger audit_no_truncate before truncate on audit for each statement execute function audit_guard()",
    ),
}
for _dialect, _guards in GUARDS.items():
    for _guard in _guards:
        _made = DDL(_guard).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(Audit.__table__, "after_create", _made)
