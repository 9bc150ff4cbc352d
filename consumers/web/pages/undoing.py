"""Taking back what was last done to anything that people wrote down."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.history import last_word
from consumers.web.pages.alerts import address
from consumers.web.pages.problems import as_told, work_of
from consumers.web.visit import visit_of
from consumers.web.working import Working, or_nothing, version_of
from consumers.work.desk import Desk, NotDone
from consumers.work.kept import Kept, all_kept, kept
from consumers.work.sight import seen_problem

# What an undoing takes back of what was said of the alert, and how that is put.
FOLLOWED = {"task": "The task was taken back.", "problem": "The closing of the problem was undone."}
# Where each kind is shown; what belongs to something else is shown there.
_SHOWN = {"problem": "tasking", "note": "tasking", "task": "tasking", "case-review": "reviews", "premises": "premises"}
_SHOWN |= {"ban": "bans", "breach": "bans", "step": "ladder"}


class Undoing(Working):
    """One address for undoing, whatever it is."""

    def mount(self, ways: Ways) -> None:
        """Add the address."""
        ways.post("/agencies/{agency}/records/{work}/undo", self.undo, may="work")

    def undo(self, request: Request, agency: str, work: str) -> Response:
        """Take the last change back, where nobody has changed it since."""
        with self.desk(request) as desk:
            found = or_nothing(work_of(desk.connection, agency, work))
            try:
                desk.undo(work, seen=version_of(one(visit_of(request).form, "seen")))
                self._follow(desk, found, or_nothing(kept(desk.connection, work)))
            except NotDone as why:
                return self.show(request, "work/not_done.html", status=400, says=str(why), back=home_of(agency, found))
        return RedirectResponse(home_of(agency, found, one(visit_of(request).form, "alert")), status_code=303)

    def _follow(self, desk: Desk, before: Kept, now: Kept) -> None:
        """Say of the alert what is so now: receipts that told of a task or an outcome are taken back with the word."""
        problem = now.id if now.kind == "problem" else now.parent
        if now.kind not in FOLLOWED or problem is None:
            return
        seen = seen_problem(desk.connection, desk.agency, problem)
        if seen is None or seen.copy is None:
            return
        was, comes = _word_of(desk, before), _word_of(desk, now)
        stands = last_word(desk.connection, desk.agency, str(seen.copy["id"])) or seen.copy.get("state")
        if was and not comes and stands == was:
            self.say(desk, seen.copy, "reopened", reason=FOLLOWED[now.kind])
        elif comes == "closed" != was:
            self.say(desk, seen.copy, "closed", outcome=now.record.outcome)
        elif comes == "tasked" != was:
            self.say(desk, seen.copy, "tasked", task=as_told(now.record))


def _word_of(desk: Desk, one: Kept) -> str | None:
    """What a thing as it was, or is, has people say of its alert."""
    if one.kind == "problem":
        return "closed" if one.record.state == "closed" and not one.taken_back else None
    others = all_kept(desk.connection, "task", parents=[str(one.parent)])
    return "tasked" if not one.taken_back or any(other.id != one.id for other in others) else None


def home_of(agency: str, one: Kept, alert: str = "") -> str:
    """The address of the page that shows it; of a link, which two do, ``alert``."""
    if one.kind == "link":
        ends = (one.record.alert, one.record.other)
        return address(agency, alert if alert in ends else ends[0])
    room = f"/agencies/{agency}/{_SHOWN[one.kind]}"
    if one.kind == "step":
        subject = one.record.subject
        return f"/agencies/{agency}/ladder/{'people' if subject.kind == 'person' else 'premises'}/{subject.id}"
    return f"{room}/{one.parent}" if one.kind == "note" or (one.kind == "task" and one.parent) else room
