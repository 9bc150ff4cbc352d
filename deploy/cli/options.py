"""Options that several commands share, and the settings they make."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr, ValidationError

from deploy.logs import set_up_logs
from schemas.agencies import Partnership, load_partnership
from schemas.files import NotReadable
from schemas.settings import Settings

Store = Annotated[
    str | None,
    typer.Option("--store", help="The store: a SQLAlchemy URL. Default: TOCSIN_STORE_URL, or SQLite in var/."),
]
Broker = Annotated[
    str | None, typer.Option("--broker", help="The broker: host:port. Default: TOCSIN_BROKER, or the embedded one.")
]
Agency = Annotated[str, typer.Option("--agency", help="The agency's name, such as police or housing.")]
Out = Annotated[Path | None, typer.Option("--out", help="File to write, anew. Default: standard output.")]
Secure = Annotated[
    bool | None, typer.Option("--secure", help="The secured broker: TLS, passwords, rights by agency; TOCSIN_SECURE.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


Login = Annotated[
    Path | None,
    typer.Option(
        "--login",
        exists=True,
        dir_okay=False,
        help="A login's file, as made by `tocsin agencies apply`; holds secrets.",
    ),
]


def settings_with(
    *, login: Path | None = None, store: str | None = None, broker: str | None = None, **others: Any
) -> Settings:
    """The settings of the environment with what was typed put over them; a wrong one ends the command in a sentence."""
    typed: dict[str, Any] = {name: value for name, value in others.items() if value is not None}
    if store is not None:
        typed["store"] = SecretStr(store)
    if broker is not None:
        typed["broker"] = broker
    try:
        settings = typed_settings(login, typed)
    except NotReadable as error:
        fail(str(error))
        raise typer.Exit(2) from None
    set_up_logs(settings)  # to stderr, so that what a command prints stays what it was asked for
    return settings


def typed_settings(login: Path | None, typed: Mapping[str, Any]) -> Settings:
    """The environment's settings, over them a login's file, over both what was typed; raises ``NotReadable``."""
    try:
        return Settings(**typed) if login is None else Settings(_env_file=(".env", login), **typed)  # type: ignore[call-arg]
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
        raise NotReadable(
            "\n".join(f"TOCSIN_{'.'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in wrong)
        ) from None
    except (OSError, ValueError):
        which = ".env" if login is None else login
        raise NotReadable(f"{which} cannot be read as a file of settings, NAME=value, in UTF-8") from None


def partnership_of(settings: Settings) -> Partnership:
    """The agencies of the settings' file."""
    try:
        return load_partnership(settings.agencies, settings.agreements)
    except (OSError, ValueError) as error:
        fail(str(error))
        raise typer.Exit(2) from None


def known_agency(name: str, partnership: Partnership) -> str:
    """``name`` when the partnership has it; ends the command with those it has when not."""
    if name in partnership:
        return name
    fail(f"no agency {name!r} in the agencies file; it names: {', '.join(sorted(partnership))}")
    raise typer.Exit(2)


def fail(text: str) -> None:
    """Say on standard error what is wrong."""
    typer.secho(text, fg="red", err=True)
