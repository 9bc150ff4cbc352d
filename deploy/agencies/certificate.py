"""A certificate that speaks for an agency's newest login: its rights are that user's, and end with it."""

from pathlib import Path

from deploy.agencies.apply import Desk, administering
from deploy.agencies.standing import read_standing
from deploy.broker.authority import sign
from deploy.broker.errors import BrokerRefused
from deploy.broker.safe import Safe, write_secret


def certify(desk: Desk, safe: Safe, agency: str) -> tuple[Path, Path]:
    """Sign it and write it beside the logins; the certificate's file and its key's."""
    with administering(desk) as admin:
        users = read_standing(admin).logins().get(agency)
    if not users:
        raise BrokerRefused(f"{agency} has no login yet: `tocsin agencies apply` makes it")
    made = sign(safe.authority(), users[-1])
    certificate, key = desk.folder / f"{agency}.crt", desk.folder / f"{agency}.key"
    write_secret(key, made.key_pem)
    write_secret(certificate, made.certificate_pem)
    return certificate, key
