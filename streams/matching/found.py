"""A place looked up in the address list; what is found stands beside what the report says."""

from dataclasses import replace

from streams.gazetteer.index import Index
from streams.gazetteer.resolve import Resolved, resolve
from streams.matching.place import PlaceForm


def found(form: PlaceForm, known: Index | None) -> PlaceForm:
    """The form with what the address list makes of it; the form itself where there is no list, or it makes nothing."""
    if known is None:
        return form
    if form.uprn:
        return _by_uprn(form, known)
    said = f"near {form.text}" if form.near else " ".join(dict.fromkeys((form.name, form.text)))
    answer = resolve(known, said, form.postcode, explain=False)
    return _with(form, answer) if answer is not None else form


def _by_uprn(form: PlaceForm, known: Index) -> PlaceForm:
    at = known.by_uprn.get(form.uprn)
    if at is None:
        return form
    row = known.rows[at].row
    point = (row.easting, row.northing) if row.easting is not None and row.northing is not None else None
    return replace(
        form,
        found_uprn=row.uprn,
        found_parent=row.parentuprn,
        found_usrn=row.usrn,
        found_precision="address",
        point=form.point or point,
    )


def _with(form: PlaceForm, answer: Resolved) -> PlaceForm:
    return replace(
        form,
        found_uprn=answer.uprn,
        found_parent=answer.parent,
        found_usrn=answer.usrn,
        found_precision=answer.precision,
        found_score=answer.score,
        # a street's or a postcode's middle is no place where something happened
        point=form.point or (answer.point if answer.precision in ("address", "building") else None),
        accuracy=form.accuracy if form.point or not answer.uprn else answer.accuracy or form.accuracy,
    )
