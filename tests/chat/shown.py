"""What a layout would show, read from what is sent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from discord import ui

Part = Mapping[str, object]


def parts(view: ui.LayoutView | ui.View) -> list[Part]:
    """Return every component as it is sent, a parent before its parts."""
    return list(_walk(cast("Sequence[Part]", view.to_components())))


def _walk(components: Sequence[Part]) -> Iterator[Part]:
    for part in components:
        yield part
        yield from _walk(cast("Sequence[Part]", part.get("components", ())))


def words(view: ui.LayoutView) -> str:
    """Return all its texts."""
    return "\n".join(str(part["content"]) for part in parts(view) if "content" in part)


def gallery(view: ui.LayoutView) -> list[Part]:
    """Return the items of its galleries."""
    return [item for part in parts(view) for item in cast("Sequence[Part]", part.get("items", ()))]


def presses(view: ui.LayoutView | ui.View) -> dict[str, str]:
    """Return the labels of its buttons with their ids."""
    return {str(part["label"]): str(part["custom_id"]) for part in parts(view) if part["type"] == 2}
