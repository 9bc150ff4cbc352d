"""Taking back what was last done to anything that people wrote down."""

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.pages.problems import work_of
from consumers.web.visit import visit_of
from consumers.web.working import Working, or_nothing, version_of
from consumers.work.desk import NotDone
from consumers.work.kept import Kept

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
            except NotDone as why:
                return self.show(request, "work/not_done.html", status=400, says=str(why), back=home_of(agency, found))
        return RedirectResponse(home_of(agency, found), status_code=303)


def home_of(agency: str, one: Kept) -> str:
    """The address of the page that shows it."""
    room = f"/agencies/{agency}/{_SHOWN[one.kind]}"
    if one.kind == "step":
        subject = one.record.subject
        return f"/agencies/{agency}/ladder/{'people' if subject.kind == 'person' else 'premises'}/{subject.id}"
    return f"{room}/{one.parent}" if one.kind == "note" or (one.kind == "task" and one.parent) else room
