"""``.env.example``: every setting there is, with what it means and what it is when it is not set."""

from collections.abc import Iterator
from typing import Any

from pydantic_core import PydanticUndefined

from schemas.settings import Settings

HEAD = """# Tocsin's settings: as .env beside where it is started, or handed over by systemd, Compose or Kubernetes.
# Each is shown as it is when nothing is set; take the # away to set it.
"""


def settings_file() -> str:
    """The file's text."""
    return HEAD + "".join(f"\n# {told}.\n#{name}={value}\n" for name, told, value in _settings())


def _settings() -> Iterator[tuple[str, str, str]]:
    for name, field in Settings.model_fields.items():
        alias: Any = field.validation_alias
        shown = f"TOCSIN_{name.upper()}" if alias is None else alias.choices[0]
        default = "" if field.default in (None, PydanticUndefined) else str(field.default)
        yield shown, (field.description or "").rstrip("."), "no" if default == "False" else default
