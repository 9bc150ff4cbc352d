"""Why a broker does not let us in, found out at the door: kafka-python only runs out of time."""

import socket
import ssl
from collections.abc import Mapping
from typing import Any

from kafka.errors import KafkaError
from kafka.net.sasl import get_sasl_mechanism
from kafka.protocol.metadata import ApiVersionsRequest
from kafka.protocol.parser import KafkaProtocol
from kafka.protocol.sasl import SaslAuthenticateRequest, SaslHandshakeRequest

ANSWERS_WITHIN_S = 5.0
PROBE_S = 2.0


def why_not_let_in(address: str, login: Mapping[str, Any]) -> str | None:
    """What keeps us out at ``address``, in a sentence: TLS, or its lack, or our password; None where nothing does, or
    nobody is there.
    """
    try:
        return _tls_keeps_out(address, login) or _password_keeps_out(address, login)
    except (OSError, ValueError, OverflowError, KafkaError):
        return None


def _tls_keeps_out(address: str, login: Mapping[str, Any]) -> str | None:
    host, _, port = address.strip().rpartition(":")
    context = login.get("ssl_context")
    with socket.create_connection((host or "localhost", int(port)), PROBE_S) as plain:
        if context is None:
            return _if_it_wants_tls(plain, address)
        return _if_tls_fails(plain, context, host or "localhost", address)


def _if_it_wants_tls(plain: socket.socket, address: str) -> str | None:
    anyone = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE  # nothing is said to it, only asked if it does
    try:
        anyone.wrap_socket(plain).close()
    except ssl.SSLError as error:
        wants = "ALERT" in str(error).upper()
    except OSError:
        wants = False
    else:
        wants = True
    return (
        f"the broker at {address} takes no plain connections: set TOCSIN_BROKER_PROTOCOL, and what it asks for"
        if wants
        else None
    )


def _if_tls_fails(plain: socket.socket, context: ssl.SSLContext, host: str, address: str) -> str | None:
    try:
        with context.wrap_socket(plain, server_hostname=host) as tls:
            tls.settimeout(ANSWERS_WITHIN_S)
            # A broker that refuses a certificate says so after the handshake, which has gone well by then (TLS 1.3).
            _ask(tls, KafkaProtocol(), ApiVersionsRequest(version=0))
    except ssl.SSLCertVerificationError as error:
        return f"the certificate of the broker at {address} is not trusted: {error.verify_message}"
    except ssl.SSLError as error:
        if "ALERT" in str(error).upper():
            return f"the broker at {address} refuses our certificate, or the lack of one ({error.reason})"
        return f"what answers at {address} speaks no TLS that we know ({error.reason})"
    except ConnectionError:
        return f"the broker at {address} ended the connection in the middle of TLS: it speaks plainly, or refuses us"
    return None


def _password_keeps_out(address: str, login: Mapping[str, Any]) -> str | None:
    """One login by hand: kafka-python 3.0.12 throws away what a broker says just before it hangs up."""
    if "sasl_mechanism" not in login:
        return None
    host, _, port = address.strip().rpartition(":")
    with (
        socket.create_connection((host or "localhost", int(port)), PROBE_S) as plain,
        login["ssl_context"].wrap_socket(plain, server_hostname=host or "localhost") as tls,
    ):
        tls.settimeout(ANSWERS_WITHIN_S)
        refused = _log_in(tls, login)
    return (
        f"the broker at {address} does not let user {login['sasl_plain_username']} in: {refused}" if refused else None
    )


def _log_in(tls: ssl.SSLSocket, login: Mapping[str, Any]) -> str | None:
    """What the broker says against our user and password."""
    wire = KafkaProtocol()
    told = _ask(tls, wire, SaslHandshakeRequest(mechanism=login["sasl_mechanism"], version=1))
    if told.error_code:
        return f"it takes no {login['sasl_mechanism']}"
    mechanism = get_sasl_mechanism(login["sasl_mechanism"])(host="", **login)
    while not mechanism.is_done():
        told = _ask(tls, wire, SaslAuthenticateRequest(mechanism.auth_bytes(), version=1))
        if told.error_code:
            return "there is no such user, or the password is another"
        mechanism.receive(told.auth_bytes)
    return None


def _ask(tls: ssl.SSLSocket, wire: KafkaProtocol, request: Any) -> Any:
    wire.send_request(request)
    tls.sendall(wire.send_bytes())
    while data := tls.recv(4096):
        for _, answer in wire.receive_bytes(data):
            return answer
    raise ConnectionError("the broker hung up")
