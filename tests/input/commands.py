"""How each command that reads a file is typed."""

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from deploy.cli import app
from tests.input.readers import ADDRESSES, CSV, JSONL

CHECK = ["publish", "{file}", "--agency", "police", "--check"]
TYPED: dict[str, list[str]] = {
    "publish jsonl": [*CHECK, "--format", "jsonl"],
    "publish csv": [*CHECK, "--format", "csv"],
    "publish police-uk": [*CHECK, "--format", "police-uk"],
    "publish --mapping": [
        "publish",
        "{csv}",
        "--agency",
        "police",
        "--check",
        "--format",
        "csv",
        "--mapping",
        "{file}",
    ],
    "replay": ["replay", "{file}", "--store", "{store}"],
    "gazetteer load": ["gazetteer", "load", "{file}", "--store", "{store}"],
    "gazetteer load --columns": ["gazetteer", "load", "{addresses}", "--columns", "{file}", "--store", "{store}"],
    "gazetteer wards": ["gazetteer", "wards", "{file}", "--store", "{store}"],
    "detect": ["detect", "{file}"],
    "TOCSIN_AGENCIES": ["agreements", "check"],
    "TOCSIN_AGREEMENTS": ["agreements", "check"],
    "TOCSIN_OPENID": ["web", "--store", "{store}"],
    "audit verify --head": ["audit", "verify", "--head", "{file}", "--store", "{store}"],
    "restore": ["restore", "{file}", "--over", "--store", "{store}"],
    "users add --password-file": [
        *("users", "add", "ann.ashe@police.example", "--agency", "police", "--role", "analyst"),
        *("--password-file", "{file}", "--store", "{store}"),
    ],
    "--login": ["publish", "{jsonl}", "--agency", "police", "--check", "--login", "{file}"],
}


def typed(command: str, file: Path, store: str) -> Result:
    """What comes of the command on this file."""
    beside = {"csv": CSV, "addresses": ADDRESSES, "jsonl": JSONL}
    named = {"file": file, "store": store}
    for name, content in beside.items():
        named[name] = file.with_name(f"good.{name}")
        named[name].write_bytes(content)
    environment = {"TOCSIN_VAR": str(file.parent / "var")}
    if command.startswith("TOCSIN_"):
        environment[command] = str(file)
    arguments = [word.format(**named) for word in TYPED[command]]
    return CliRunner().invoke(app, arguments, env=environment)
