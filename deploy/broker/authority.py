"""The embedded broker's own authority: it signs the broker's certificates and those of clients that come with one."""

import ipaddress
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORGANISATION = "Tocsin"
AUTHORITY_FOR = timedelta(days=3650)
SIGNED_FOR = timedelta(days=397)  # the longest that public authorities still grant a server
RENEW_BEFORE = timedelta(days=30)
SKEW = timedelta(minutes=5)  # clocks of two machines differ


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> bytes:
        """The certificate alone, for anyone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key alone, in the one form that Kafka reads; for its owner only."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def read_pair(certificate_pem: bytes, key_pem: bytes) -> Pair:
    """The pair that was written down; raises ``ValueError``."""
    key = serialization.load_pem_private_key(key_pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("the authority's key is not an elliptic curve's")
    return Pair(x509.load_pem_x509_certificate(certificate_pem), key)


def new_authority(now: datetime | None = None) -> Pair:
    """An authority that signs itself, and may sign nothing that signs others."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Tocsin embedded authority")
    draft = _draft(name, key.public_key(), now or datetime.now(UTC), AUTHORITY_FOR).issuer_name(name)
    draft = draft.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    draft = draft.add_extension(_usage(signs=True), critical=True)
    return Pair(draft.sign(key, hashes.SHA256()), key)


def sign(
    authority: Pair, user: str, *, serves: bool = False, now: datetime | None = None, lasts: timedelta = SIGNED_FOR
) -> Pair:
    """A certificate for ``user``; one that ``serves`` is a server's too, under this machine's names."""
    key = ec.generate_private_key(ec.SECP256R1())
    draft = _draft(_name(user), key.public_key(), now or datetime.now(UTC), lasts)
    draft = draft.issuer_name(authority.certificate.subject)
    draft = draft.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    draft = draft.add_extension(_usage(signs=False), critical=True)
    purposes = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if serves else [])]
    draft = draft.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    draft = draft.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False
    )
    if serves:
        draft = draft.add_extension(x509.SubjectAlternativeName(_here()), critical=False)
    return Pair(draft.sign(authority.key, hashes.SHA256()), key)


def runs_out(certificate_pem: bytes, now: datetime | None = None) -> bool:
    """Whether a certificate is to be made anew."""
    ends = x509.load_pem_x509_certificate(certificate_pem).not_valid_after_utc
    return (now or datetime.now(UTC)) > ends - RENEW_BEFORE


def _draft(name: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, lasts: timedelta) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common: str) -> x509.Name:
    """As Kafka writes it out, ``CN=<common>,O=Tocsin``."""
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _here() -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in sorted({"localhost", socket.gethostname()})]
    return [*names, x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.IPAddress(ipaddress.ip_address("::1"))]


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )
