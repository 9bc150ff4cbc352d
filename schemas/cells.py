"""What counts by weeks are kept under: an area and a category, or a finer kind within it, as one name."""

# An area that all lie in, known where or not: only weeks are judged in it, by category.
WHOLE = "the whole partnership"


def scope_of(area: str, category: str, detail: str | None = None) -> str:
    """The name of a cell."""
    return f"cell:{area[:100]}|{category}|{detail or ''}"


def parts_of(scope: str) -> tuple[str, str, str | None]:
    """The area, the category and the finer kind that a name stands for."""
    area, category, detail = scope.removeprefix("cell:").rsplit("|", 2)
    return area, category, detail or None
