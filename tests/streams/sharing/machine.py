"""A partnership over time: reports, amendments, tightenings, retractions, agreements, grants; and what must hold.

After each step all that any agency holds, copies and receipts, is searched for what the plain rules forbid it.
"""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from schemas.agreements import ROLES, WHAT, Agreement
from streams.issues.days import close_days
from streams.sharing.access import answer, ask
from streams.sharing.again import share_anew
from streams.store import writing
from tests.streams.issues.scenarios import KINDS, MARKINGS
from tests.streams.issues.way import FIRST, MEMBERS, SHIPPED, Body, Way, agreed, close_all, person, report
from tests.streams.sharing.plain_rules import World, known
from tests.streams.sharing.worlds import CLEARED, plain

NAMES = tuple(MEMBERS)
HOME = {"text": "14 Saltergate, Chesterfield", "uprn": "10001", "easting": 438_300.0, "northing": 371_300.0}
STREET = "saltergate"
SIGNED = SHIPPED[0]


def signed(number: int, **said: Any) -> Agreement:
    """An agreement of some of them, for some kinds, fields and days."""
    usual: dict[str, Any] = {name: getattr(SIGNED, name) for name in SIGNED.__slots__}
    return Agreement(**{**usual, "id": f"a{number}", **said})


AGREEMENTS = st.builds(
    signed,
    st.integers(0, 99),
    givers=st.sampled_from((frozenset(NAMES), frozenset({"police", "housing"}))),
    receivers=st.sampled_from((frozenset(NAMES), frozenset({"street-pastors"}), frozenset({"housing", "council"}))),
    categories=st.sampled_from((None, frozenset({"burglary"}), frozenset({"anti-social-behaviour"}))),
    fields=st.sampled_from((WHAT, frozenset({"person", "area"}), frozenset({"evidence", "agencies"}), frozenset())),
    keep_days=st.sampled_from((5, 1095)),
    valid_from=st.sampled_from((date(2024, 1, 1), date(2024, 3, 10))),
    valid_to=st.sampled_from((None, date(2024, 3, 20))),
    sanitised=st.booleans(),
    pointer=st.sampled_from((False, False, True)),
).map(
    lambda a: signed(
        int(a.id[1:]),
        **{name: getattr(a, name) for name in ("givers", "receivers", "categories", "keep_days")},
        **{name: getattr(a, name) for name in ("valid_from", "valid_to", "sanitised", "pointer")},
        fields=frozenset() if a.pointer else a.fields,
        roles=frozenset({"suspect"})
        if "person" in a.fields and a.fields != WHAT and not a.pointer
        else ROLES
        if a.fields == WHAT and not a.pointer
        else frozenset(),
    )
)


class Sharing(RuleBasedStateMachine):
    """The store with its stages, and beside it what the plain rules need to know."""

    checked = 0  # searches made by all machines together

    def __init__(self) -> None:
        super().__init__()
        self.way = Way(partnership=agreed(*SHIPPED))
        self.agreements: list[Agreement] = list(SHIPPED)
        self.reports: dict[str, Body] = {}
        self.closed: date | None = None
        self.opened: dict[tuple[str, str], datetime] = {}

    @initialize()
    def told_before(self) -> None:
        """Reports of one person at one place on either side, so that there is something to share from the first."""
        sides = (("police", "suspect", KINDS[0]), ("council", "victim", KINDS[2]))
        for agency, role, kind in sides:
            first = len(self.reports)
            self._send([self._body(agency, first + n, n, role, {}, kind) for n in range(3)])

    @rule(
        agency=st.sampled_from(NAMES),
        days=st.integers(0, 30),
        role=st.sampled_from(("suspect", "victim")),
        marking=st.sampled_from(MARKINGS),
        kind=st.sampled_from(KINDS),
    )
    def tell(self, agency: str, days: int, role: str, marking: Body, kind: Body) -> None:
        """An agency reports."""
        self._send([self._body(agency, len(self.reports), days, role, marking, kind)])

    @rule(which=st.integers(0, 99), marking=st.sampled_from(MARKINGS))
    def tighten(self, which: int, marking: Body) -> None:
        """A report is marked anew."""
        body = self._some(which)
        bare = {k: v for k, v in body.items() if k not in ("restricted_to", "sensitive", "classification", "grading")}
        self._send([{**bare, **marking, "version": body.get("version", 1) + 1, "action": "amend"}])

    @rule(which=st.integers(0, 99))
    def take_back(self, which: int) -> None:
        """A report is retracted."""
        body = self._some(which)
        self._send([{**body, "version": body.get("version", 1) + 1, "action": "retract"}])

    @rule(one=AGREEMENTS)
    def sign(self, one: Agreement) -> None:
        """An agreement is signed."""
        self._agree([a for a in self.agreements if a.id != one.id] + [one])

    @precondition(lambda self: self.agreements)
    @rule(which=st.integers(0, 99))
    def end(self, which: int) -> None:
        """An agreement is taken out of the file."""
        self._agree([a for n, a in enumerate(self.agreements) if n != which % len(self.agreements)])

    @rule(days=st.sampled_from((10.0, 20.0, 40.0)))
    def close(self, days: float) -> None:
        """Days come to an end, as far as reports have gone."""
        before = len(self.reports)
        self._send([self._body("fire", before, int(days), "witness", {"restricted_to": []}, KINDS[2])])
        with writing(self.way.engine) as connection:
            close_days(connection, FIRST + timedelta(days=days), through=True)
        self.way.drain()
        last = max(datetime.fromisoformat(body["reported_at"]) for body in self.reports.values())
        self.closed = max(last.date(), self.closed or last.date())

    @rule(which=st.integers(0, 99), asker=st.sampled_from(NAMES), yes=st.booleans())
    def open_up(self, which: int, asker: str, yes: bool) -> None:
        """An agency asks for a report, and its owner answers."""
        body = self._some(which)
        mine = next((ref for ref, one in self.reports.items() if one["agency"] == asker and _stands(one)), None)
        if mine is None or body["agency"] == asker or not _stands(body):
            return
        at, until = datetime.now(UTC), FIRST + timedelta(days=400)
        with writing(self.way.engine) as connection:
            who = {"asker": asker, "owner": body["agency"], "about": mine}
            number = ask(connection, self.way.partnership, why="a meeting", by="her", at=at, **who)
            ref = f"{body['agency']}:{body['id']}"
            said: dict[str, Any] = {"yes": yes, "reason": "needed", "by": "him", "at": at, "until": until}
            answer(connection, number, owner=body["agency"], opens=[ref] if yes else [], **said)
        self.way.drain()
        if yes:
            self.opened[ref, asker] = until

    @invariant()
    def nothing_forbidden_is_held(self) -> None:
        """What each agency holds says nothing that the plain rules forbid it."""
        world = World(CLEARED, [plain(a) for a in self.agreements], self.closed, set(self.opened))
        for agency in NAMES:
            self._search(agency, world)
            Sharing.checked += 1

    def _search(self, agency: str, world: World) -> None:
        copies = self.way.standing_copies(agency).values()
        held = json.dumps([*copies, self.way.receipts(agency)]).lower()
        standing = {ref: body for ref, body in self.reports.items() if _stands(body)}
        may = {ref: known(agency, body, world) for ref, body in standing.items()}
        for ref, body in self.reports.items():
            mine, what = body["agency"] == agency, may.get(ref)
            if what is None or not {"person"} <= what.fields or body["people"][0]["role"] not in what.roles:
                assert _word(ref) not in held, (agency, ref)
            if not mine and (what is None or "evidence" not in what.fields):
                assert all(ref not in copy["evidence"] for copy in copies), (agency, ref)
        visible = {ref for ref, what in may.items() if what is not None}
        for copy in copies:
            assert copy["observed"] <= len(visible)
            told = set(copy["evidence"])
            assert told <= visible
            named = set(copy["agencies"]["names"] or ())
            assert named <= {standing[r]["agency"] for r in visible if "agencies" in may[r].fields}  # type: ignore[union-attr]
            if copy["handling"]["sensitive"]:
                assert copy["place"] is None
        if not any("place" in what.fields for what in may.values() if what is not None):
            assert STREET not in held
        if not any("area" in what.fields for what in may.values() if what is not None):
            assert all(copy["area"] is None for copy in copies)

    def _body(self, agency: str, number: int, days: int, role: str, marking: Body, kind: Body) -> Body:
        who = person(role, f"Quentin {_word(f'{agency}:r{number}')} Ashdown", identifiers={"pnc": "1988/123456A"})
        return report(agency, f"r{number}", days, people=[who], place=HOME, told=number / 1000, **kind, **marking)

    def _send(self, bodies: list[Body]) -> None:
        self.reports |= {f"{body['agency']}:{body['id']}": body for body in bodies}
        self.way.take(bodies)

    def _agree(self, agreements: list[Agreement]) -> None:
        self.agreements = agreements
        self.way.partnership = agreed(*agreements)
        with writing(self.way.engine) as connection:
            share_anew(connection, self.way.partnership)
        self.way.drain()

    def _some(self, which: int) -> Body:
        return list(self.reports.values())[which % len(self.reports)]

    def teardown(self) -> None:
        """Let go of the store."""
        close_all()


def _stands(body: Body) -> bool:
    return body.get("action") != "retract"


def _word(ref: str) -> str:
    """A name that only this report gives."""
    agency, number = ref.split(":r")
    letters = "".join("bcdfghjklm"[int(figure)] for figure in number)
    return f"zy{agency[:2]}{letters}a"
