"""An agency's login as a file: settings that its commands read with ``--login``, written once, for its owner alone."""

from pathlib import Path

from deploy.broker.safe import write_secret


def write_login(path: Path, *, bootstrap: str, ca_file: Path | None, user: str, password: str) -> None:
    """Write a login down."""
    lines = [
        f"# The login of {user}. Whoever reads this is that agency: hand it over safely, and keep no copy.",
        f"TOCSIN_BROKER={bootstrap}",
        "TOCSIN_BROKER_PROTOCOL=sasl_ssl",
        *([f"TOCSIN_BROKER_CA_FILE={ca_file}"] if ca_file else []),
        f"TOCSIN_BROKER_USER={user}",
        f"TOCSIN_BROKER_PASSWORD={password}",
    ]
    write_secret(path, "\n".join(lines) + "\n")
