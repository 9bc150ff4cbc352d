"""What a text means as a place, laid out for people."""

from dataclasses import asdict
from typing import Any

from schemas.report import Place
from streams.gazetteer.atlas import Atlas
from streams.gazetteer.resolved import Resolved
from streams.matching.places.found import answer_for, found
from streams.matching.places.grid import to_wgs84
from streams.matching.places.narrative import told_in
from streams.matching.places.place import PlaceForm, read_place


def shown(text: str, code: str, known: Atlas, *, narrative: bool = False) -> dict[str, Any] | None:
    """What the text means, how exactly, why, and what it would mean next; nothing where it says nothing."""
    said = told_in(text, known.addresses) if narrative else read_place(Place(text=text, postcode=code or None))
    if said is None:
        return None
    form = found(said, known)
    answer = answer_for(said, known.addresses, explain=True) if known.addresses is not None else None
    return _laid_out(form, answer)


def _laid_out(form: PlaceForm, answer: Resolved | None) -> dict[str, Any]:
    point, metres = form.where
    lat, lon = to_wgs84(*point) if point is not None else (None, None)
    return {
        "precision": form.found_precision or form.precision,
        "label": answer.label if answer is not None else form.label or "a point",
        "accuracy_m": metres if point is not None else form.accuracy,
        "lat": lat,
        "lon": lon,
        "located": form.located,
        "uprn": form.found_uprn,
        "parent": form.found_parent,
        "usrn": form.found_usrn or form.usrn,
        "postcode": answer.postcode if answer is not None and answer.postcode else form.postcode,
        "ward": form.area,
        "lsoa": form.found_lsoa,
        "institution": form.institution,
        "source": form.source or "place",
        "score": form.found_score,
        "runner_up": form.found_next,
        "behind": form.found_behind,
        "evidence": [asdict(evidence) for evidence in answer.evidence] if answer is not None else [],
    }
