"""A place looked up in all that is known of the ground; what is found stands beside what the report says."""

from dataclasses import replace

from schemas.kinds import vocabulary
from schemas.report import Report
from streams.gazetteer import codepoint
from streams.gazetteer.atlas import Atlas
from streams.gazetteer.by_number import resolve_uprn, resolve_usrn
from streams.gazetteer.index import Index
from streams.gazetteer.meeting import resolve_junction
from streams.gazetteer.resolve import resolve
from streams.gazetteer.resolved import Resolved
from streams.matching.places.institutions import institution_by_code
from streams.matching.places.narrative import told_in
from streams.matching.places.place import PlaceForm, read_place

_MOST = 8_192  # forms that are remembered
_EXACT = frozenset({"address", "building"})
_NOWHERE = frozenset(vocabulary("generic")["no_place"])


def place_of(report: Report, known: Atlas) -> PlaceForm | None:
    """Where a report was; where its place says nothing of use, what its narrative surely says."""
    form = read_place(report.place)
    if report.summary and (form is None or _empty(form)):
        told = told_in(report.summary, known.addresses)
        if told is not None:
            form = replace(told, ward=form.ward) if form is not None else told
    return found(form, known) if form is not None else None


def _empty(form: PlaceForm) -> bool:
    """Whether a place says no more than a ward, or that it is not known."""
    said = (form.uprn, form.usrn, form.licence, form.name, form.number, form.street, form.postcode, form.point)
    return not any(said) and (not form.text or form.text in _NOWHERE)


def shared(home: PlaceForm | None, known: Atlas) -> bool:
    """Whether the address list has an address as an institution's, which ties no one to anyone."""
    if home is None or known.addresses is None or not known.addresses.institutions:
        return False
    return bool(found(home, known).institution)


def found(form: PlaceForm, known: Atlas) -> PlaceForm:
    """The form with what is made of it; remembered, for places are written alike over and over."""
    kept = known.kept
    if form not in kept:
        if len(kept) >= _MOST:
            kept.popitem(last=False)
        kept[form] = _in_area(_located(_looked_up(form, known.addresses)), known)
    done: PlaceForm = kept[form]
    return done


def _looked_up(form: PlaceForm, addresses: Index | None) -> PlaceForm:
    answer = answer_for(form, addresses) if addresses is not None else None
    return _with(form, answer) if answer is not None else form


def answer_for(form: PlaceForm, addresses: Index, *, explain: bool = False) -> Resolved | None:
    """What the address list makes of a place: by its reference numbers, else by what is written."""
    if form.uprn and (answer := resolve_uprn(addresses, form.uprn)):
        return answer
    if form.cross:
        return resolve_junction(addresses, form.street, form.cross, form.postcode)
    said = form.text if f" {form.name} " in f" {form.text} " else f"{form.name} {form.text}"
    beside = (form.point, form.accuracy) if form.point is not None else None
    answer = resolve(addresses, f"near {said}" if form.near else said, form.postcode, explain=explain, at=beside)
    if form.usrn and (answer is None or answer.precision == "postcode"):
        return resolve_usrn(addresses, form.usrn) or answer
    return answer


def _with(form: PlaceForm, answer: Resolved) -> PlaceForm:
    """The form with an answer; only an address or a building is where something was, all else is about where."""
    exact = answer.precision in _EXACT
    point = form.point or (answer.point if exact else None)
    return replace(
        form,
        found_uprn=answer.uprn,
        found_parent=answer.parent,
        found_usrn=answer.usrn,
        found_postcode=answer.postcode,
        found_precision=answer.precision,
        found_score=answer.score,
        found_next=answer.runner_up,
        found_behind=answer.behind,
        point=point,
        accuracy=form.accuracy if form.point or not exact else answer.accuracy or form.accuracy,
        located="given" if form.point else answer.located if answer.point else "",
        centre=None if exact else answer.point,
        about=0.0 if exact else answer.accuracy,
        institution=form.institution or institution_by_code(answer.classification) if exact else form.institution,
    )


def _located(form: PlaceForm) -> PlaceForm:
    """The form with the middle of its postcode, where nothing better says where it is about."""
    if form.point is not None or form.centre is not None or not form.postcode:
        return form
    middle = codepoint.centre(codepoint.meant(form.postcode))
    if middle is None:
        return form
    return replace(form, located="postcode", centre=middle.point, about=middle.about)


def _in_area(form: PlaceForm, known: Atlas) -> PlaceForm:
    """The form with the ward and the LSOA it lies in, as surely as is known."""
    if known.areas is None:
        return form
    at = {}
    for level in ("ward", "lsoa"):
        exactly = known.areas.at(level, form.point) if form.point is not None else ""
        roughly = known.areas.of(level, form.found_postcode or codepoint.meant(form.postcode))
        about = known.areas.at(level, form.centre) if form.centre is not None else ""
        at[level] = exactly or roughly or about
    return replace(form, found_ward=at["ward"], found_lsoa=at["lsoa"])
