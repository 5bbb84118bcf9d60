"""A script in words: only what differs from the usual."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any, cast

from pydantic import BaseModel

from proof.campaign.script import Script


def told(script: Script) -> Iterator[str]:
    """Go through a script line by line."""
    settings = ", ".join(f"{name.lower()} {value}" for name, value in script.settings.items())
    yield f"seed {script.seed}: {settings}, begins at {script.began:.0f}, {brief(script.wire)}"
    if script.deliver_twice:
        yield "Discord sends every event twice"
    for number, part in enumerate(script.parts):
        for act in part.acts:
            yield f"member {number} in channel {part.channel}: {brief(act)}"
    for misfortune in script.misfortunes:
        yield brief(misfortune)
    for number, life in enumerate(script.lives, 1):
        yield f"life {number}: {brief(life)}"
    for number, fate in enumerate(script.fates, 1):
        yield f"submit {number}: {brief(fate)}"


def brief(value: object) -> str:
    """Write a value without what is as usual in it."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, BaseModel):
        return " ".join(brief(part) for _, part in value)
    if isinstance(value, tuple):
        return f"({', '.join(brief(part) for part in cast('tuple[object, ...]', value))})"
    if not is_dataclass(value) or isinstance(value, type):
        return repr(value)
    unusual = ((field.name, getattr(value, field.name)) for field in fields(value) if _differs(value, field))
    return f"{type(value).__name__}({', '.join(f'{name}={brief(part)}' for name, part in unusual)})"


def _differs(value: object, field: "Field[Any]") -> bool:
    usual = field.default_factory() if field.default_factory is not MISSING else field.default
    return getattr(value, field.name) != usual
