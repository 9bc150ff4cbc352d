"""What people of an agency have written down, and what the pages on it take: for the run against every address."""

from collections.abc import Mapping

from sqlalchemy import Engine

from consumers.work.desk import Desk
from schemas.work import Ban, CaseReview, Premises, Problem, Step, Subject, Task
from streams.store import writing
from tests.consumers.accounts.people import NOW, Log

A = "/agencies/{agency}"
_TASK = {"what": "Walk the arcade", "owner": "police", "team": "Rangers", "review": "2026-12-02", "priority": "low"}
_STEP = {"rung": "engagement", "on": "2026-11-20", "team": "Rangers", "record-offered": "Tea", "checks-age": "adult"}
_PREMISES = {"name": "The Crown", "licence": "L-1", "uprn": "100", "accreditation": "pubwatch", "id_scanning": "yes"}
OF_WORK = ("problem", "task", "work", "ban", "review", "person", "premises")
WORK_FIELDS: Mapping[str, Mapping[str, str]] = {
    f"{A}/tasking": {"title": "Noise", "place": "Arcade", "priority": "low", "partners": "council"},
    f"{A}/tasking/minutes": {"text": "what,owner,team\nWalk,police,Rangers\n"},
    f"{A}/tasking/{{problem}}": {
        "seen": "99",
        "lead": "police",
        "stage": "analysis",
        "outcome": "None",
        "state": "open",
    },
    f"{A}/tasking/{{problem}}/notes": {"stage": "analysis", "text": "Found", "own": "yes"},
    f"{A}/tasking/{{problem}}/tasks": _TASK,
    f"{A}/tasks": _TASK,
    f"{A}/tasks/{{task}}": {**_TASK, "seen": "99", "state": "done", "outcome": "Quiet"},
    f"{A}/records/{{work}}/undo": {"seen": "99", "alert": "a1"},
    f"{A}/alerts/{{alert}}/link": {"other": "a1", "typed": "", "why": "same-place"},
    f"{A}/ladder/people/{{person}}/reason": {"reason": "case", "words": "reference"},
    f"{A}/ladder/people/{{person}}": {**_STEP, "skipped-engagement": "No", "reports": "police:1", "share": "yes"},
    f"{A}/ladder/premises/{{premises}}": _STEP,
    f"{A}/bans": {
        "kind": "pubwatch",
        "holder": "Somebody",
        "conditions": "Not in",
        "start": "2026-11-01",
        "person": "",
    },
    f"{A}/bans/breaches": {"on": "2026-11-02", "what": "Drinking", "notice": "N-1", "pounds": "100"},
    f"{A}/bans/{{ban}}/breaches": {"on": "2026-11-02", "what": "There"},
    f"{A}/bans/{{ban}}/end": {"seen": "99", "ended": "2026-11-03", "why_ended": "Appeal"},
    f"{A}/premises": _PREMISES,
    f"{A}/premises/{{premises}}": {**_PREMISES, "seen": "99"},
    f"{A}/reviews": {"reference": "CR-1", "requested": "2026-11-20", "by": "victim"},
    f"{A}/reviews/{{review}}": {"seen": "99", "day-acknowledged": "2026-11-20", "threshold": "met", "reason": "Three"},
}
WORK_QUERIES: Mapping[str, tuple[str, ...]] = {
    f"{A}/tasking": ("order",),
    f"{A}/tasking/minutes": (),
    f"{A}/tasking/{{problem}}": (),
    f"{A}/tasks/{{task}}": (),
    f"{A}/alerts/{{alert}}/link": (),
    f"{A}/ladder": (),
    f"{A}/ladder/people/{{person}}": ("rung",),
    f"{A}/ladder/premises/{{premises}}": ("rung",),
    f"{A}/bans": (),
    f"{A}/premises": (),
    f"{A}/reviews": (),
    f"{A}/effect": ("day", "weeks", "area", "category", "others", "ring"),
    f"{A}/members": ("weeks", "category"),
}


def write_work(engine: Engine, agency: str, alert: str, person: str, says: str) -> dict[str, str]:
    """One of everything, saying ``says``; by what the addresses call it. The register of premises hides nothing."""
    subject = Subject(kind="person", id=person)
    with writing(engine) as connection:
        desk = Desk(connection=connection, keep=Log(), at=NOW, by="user:x", agency=agency)
        problem = desk.make(Problem(alert=alert, lead=agency, place=says))
        task = desk.make(Task(what=says, owner=agency, team=says), parent=problem)
        ban = {"kind": "pubwatch", "holder": says, "conditions": says, "start": "2026-11-01"}
        step = {"subject": subject, "rung": "engagement", "on": "2026-11-01", "team": says}
        made = {
            "problem": problem,
            "task": task,
            "work": desk.make(Step.model_validate(step)),
            "ban": desk.make(Ban.model_validate(ban)),
            "review": desk.make(CaseReview.model_validate({"reference": says, "requested": "2026-11-20"})),
            "person": person,
        }
        # what is another agency's is, to the run, something that is not there: a register is nobody's secret
        premises = desk.make(Premises(name=f"The Crown of {agency}")) if agency == "police" else "none"
        return {**made, "premises": premises}
