"""Every command that shows or changes what is held of people is run as somebody: asked here, before all else."""

import inspect
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from getpass import getuser
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.options import fail, settings_with
from schemas.roles import load_roles

if TYPE_CHECKING:
    from consumers.accounts.acting import Act
    from schemas.settings import Settings

As = Annotated[
    str | None,
    typer.Option("--as", help="As which user of this store, where it has any. Default: TOCSIN_USER."),
]
_NAME: ContextVar[str | None] = ContextVar("as whom", default=None)


def guard(app: typer.Typer) -> None:
    """Have every command that is not everyone's ask as whom it is run; one that the table lacks is nobody's."""
    for name, info in commands_of(app):
        if not load_roles().for_command(name).anyone and info.callback is not None:
            info.callback = _guarded(name, info.callback)


def commands_of(app: typer.Typer, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command as it is typed, with what typer knows of it."""
    for info in app.registered_commands:
        callback = info.callback
        yield f"{before}{info.name or getattr(callback, '__name__', '').replace('_', '-')}", info
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from commands_of(group.typer_instance, f"{before}{group.name or group.typer_instance.info.name} ")


def acting_name() -> str | None:
    """The name of who runs the command, where the store knows them."""
    return _NAME.get()


def login_name() -> str:
    """What the machine calls whoever is at it."""
    try:
        return f"operator:{getuser()}"[:80]
    except (OSError, KeyError, ImportError):
        return "operator:"


def _guarded(name: str, callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def run(*words: Any, acting_as: str | None = None, **typed: Any) -> Any:
        from consumers.accounts.acting import Act

        settings = settings_with(store=typed.get("store"))
        act = Act(command=name, name=acting_as or settings.user or typed.get("by"), agency=typed.get("agency"))
        before = _NAME.set(_asked(act, settings, typed))
        try:
            return callback(*words, **typed)
        finally:
            _NAME.reset(before)

    asked = inspect.Parameter("acting_as", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=As)
    shown = inspect.signature(callback)
    run.__signature__ = shown.replace(parameters=[*shown.parameters.values(), asked])  # type: ignore[attr-defined]
    run.__annotations__ = {**callback.__annotations__, "acting_as": As}
    return run


def _asked(act: "Act", settings: "Settings", typed: dict[str, Any]) -> str | None:
    """The name of who may run it; ends the command, and logs it, where they may not."""
    from consumers.accounts.acting import NotAllowed, acting, refusal
    from deploy.store import ready_store
    from streams.keeping.log import COMMANDS, log
    from streams.store import reading, writing

    engine = ready_store(settings)
    try:
        with reading(engine) as connection:
            someone = acting(connection, act)
        if act.command in load_roles().consulted:
            with writing(engine) as connection:
                log(connection, COMMANDS, [_consulted(act, someone.name if someone else None, typed)])
    except NotAllowed as refused:
        with writing(engine) as connection:
            log(connection, COMMANDS, [refusal(connection, act, datetime.now(UTC), login_name())])
        fail(str(refused))
        raise typer.Exit(1) from None
    finally:
        engine.dispose()
    if someone is None:
        typer.echo("nobody is named in this store, so no role is asked for: see tocsin users add", err=True)
    return someone.name if someone else None


def _consulted(act: "Act", name: str | None, typed: dict[str, Any]) -> dict[str, Any]:
    """What the log says of a command that only shows: who looked, at what, and why, where it was said."""
    why = str(typed.get("why") or "").strip()
    detail = {"login": login_name(), "reason": "stated" if why else "not stated"}
    said = {"at": datetime.now(UTC), "actor": (name or typed.get("by") or login_name())[:80], "act": "consultation"}
    return said | {"subject": f"command:{act.command}", "detail": detail, "why": why or None}
