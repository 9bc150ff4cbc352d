"""Signing in with one's own organisation, by OpenID Connect: what is set, and what an organisation says of a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from consumers.accounts.users import USER_NAME, user_name
from schemas.agencies import Partnership
from schemas.files import NotReadable, text_of, toml_of
from schemas.roles import load_roles
from schemas.sentences import reasons_of

SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")


class NotVouched(Exception):
    """The organisation does not vouch for this person in a way that lets them in; the message is for the log."""


class _Set(BaseModel):
    """What is set of an organisation, and is used as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str
    client_id: str
    title: str = "your organisation's account"
    passwords: bool = False
    scope: str = "openid profile email"
    name_claim: str = "preferred_username"
    agency_claim: str
    roles_claim: str


class _File(_Set):
    client_secret_file: Path | None = None
    agency: dict[str, str]
    role: dict[str, str]


class OpenId(_Set):
    """An organisation that signs people in. ``agencies`` and ``roles`` say what its words mean here.

    ``passwords``: whether those kept here open the page as well.
    """

    secret: SecretStr | None = None
    agencies: Mapping[str, str] = {}
    roles: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Who an organisation says a person is."""

    issuer: str
    subject: str
    name: str
    agency: str
    roles: tuple[str, ...]


def load_openid(file: Path, partnership: Partnership) -> OpenId:
    """Read the settings; raises ``NotReadable``, also where they name what there is not, or what anyone could be."""
    try:
        read = _File.model_validate(toml_of(file))
    except ValidationError as error:
        raise NotReadable("; ".join(reasons_of(error))) from None
    _known("agency", read.agency.values(), partnership)
    _known("role", read.role.values(), load_roles().titles)
    if not read.issuer.startswith("https://"):
        raise NotReadable("the issuer must be reached by https")
    secret = read.client_secret_file
    return OpenId(
        **read.model_dump(exclude={"client_secret_file", "agency", "role"}),
        secret=SecretStr(text_of(file.parent / secret).strip()) if secret else None,
        agencies=read.agency,
        roles=read.role,
    )


def vouched(openid: OpenId, claims: Mapping[str, Any]) -> Vouched:
    """The person that proven claims speak of; raises ``NotVouched`` where they fit no agency, no role or no name."""
    agencies = {openid.agencies[word] for word in _words(claims.get(openid.agency_claim)) if word in openid.agencies}
    roles = {openid.roles[word] for word in _words(claims.get(openid.roles_claim)) if word in openid.roles}
    name, subject = user_name(str(claims.get(openid.name_claim, ""))), claims.get("sub")
    if len(agencies) != 1:
        raise NotVouched("no one agency")
    if not roles:
        raise NotVouched("no role")
    if not USER_NAME.fullmatch(name) or not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise NotVouched("no name")
    (agency,) = agencies
    return Vouched(issuer=openid.issuer, subject=subject, name=name, agency=agency, roles=tuple(sorted(roles)))


def _words(claim: object) -> list[str]:
    listed = claim if isinstance(claim, list) else [claim]
    return [word for word in listed if isinstance(word, str)]


def _known(what: str, used: Iterable[str], there: Iterable[str]) -> None:
    if unknown := sorted(set(used) - set(there)):
        raise NotReadable(f"there is no {what} {unknown[0]!r}")
