"""What there is to say at the end: which stories were heard, what was sent and what became of it, what went wrong."""

from collections.abc import Iterator
from statistics import median

from deploy.demo.board import Summary
from deploy.demo.looking import look
from deploy.demo.play import Play
from deploy.demo.scoring import score_stories


def sum_up(play: Play) -> Summary:
    """The verdicts on the stories, the figures, and all that is not as it should be."""
    standing = play.board.standing = look(play.machine.engine)
    verdicts = score_stories(play.sent.truth.stories, play.hearing.standing())
    outcomes = ", ".join(f"{count:,} {name}" for name, count in sorted(standing.outcomes.items()))
    waits = sorted(heard.after_s for heard in play.hearing.alerts.values() if heard.after_s is not None)
    right = sum(verdict.right for verdict in verdicts)
    per_second = play.board.history / play.history_s if play.history_s else 0.0
    facts = [
        ("stories", f"{right} of {len(verdicts)} as they should be"),
        ("sent", f"{play.senders.total:,} by {len(play.senders.by_agency)} agencies"),
        ("became", outcomes),
        ("known", f"{standing.incidents:,} incidents, {standing.people:,} people"),
        ("alerts", f"{standing.alerts:,} stand, {play.board.known_before:,} of them from before the fortnight"),
        ("the weeks before", f"{play.history_s:.1f} s, {per_second:,.0f} reports a second through every stage"),
        ("to an alert", f"{median(waits):.2f} s from the last report it rests on (median)" if waits else "none came"),
        ("in all", f"{play.through_s:.0f} s from the first report to the last thing told"),
        ("reports", str(play.machine.settings.var / "reports.jsonl")),
        ("page", play.machine.page),
    ]
    return Summary(verdicts=verdicts, facts=facts, troubles=list(_troubles(play)))


def _troubles(play: Play) -> Iterator[str]:
    standing, sent = play.board.standing, play.senders.total
    if standing.taken != sent:
        yield f"{sent:,} were sent, {standing.taken:,} taken"
    rejected = standing.outcomes.get("rejected", 0)
    if rejected != play.senders.bad:
        yield f"{play.senders.bad} were meant to be refused, {rejected} were"
    if standing.set_aside:
        yield f"{standing.set_aside} pieces of work failed and were set aside: see worker.log"
    if play.machine.restarts:
        yield f"a part ended by itself and was started again, {play.machine.restarts} times: see the logs"
