"""What members do in a run: values, played by `acting`. A job is known by its slot in the script."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Picture(StrEnum):
    """What a member attaches."""

    PLAIN = "plain"
    BANNER = "banner"
    """Of a shape that no model takes, so that its owner is asked."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Ask:
    """Type a command; its job is known by the slot from then on."""

    slot: int
    command: str
    prompt: str
    options: Mapping[str, str | int | bool] = field(default_factory=dict[str, str | int | bool])
    pictures: tuple[Picture, ...] = ()
    patient: bool = True
    """Whether the member waits for the answer before doing anything else; all acts have this."""


class Way(StrEnum):
    """How a member goes on from a result, by the button's name."""

    AGAIN = "Again"
    CHANGE = "Change"
    ANIMATE = "Animate"
    EXTEND = "Extend"


@dataclass(frozen=True, slots=True)
class GoOn:
    """Press a button under a result, and fill in the form if one opens."""

    source: int
    slot: int
    way: Way
    prompt: str
    patient: bool = True


@dataclass(frozen=True, slots=True)
class UseMenu:
    """Choose an entry of the menu of somebody's message with a picture, and fill in the form."""

    slot: int
    entry: str
    prompt: str
    patient: bool = True


@dataclass(frozen=True, slots=True)
class Cancel:
    """Press Cancel under a card, so many times."""

    slot: int
    times: int = 1
    patient: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    """Answer the question about a picture's shape."""

    slot: int
    label: str
    patient: bool = True


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a result away, and say so twice."""

    slot: int
    patient: bool = True


@dataclass(frozen=True, slots=True)
class BringBack:
    """Pick a job from /jobs and have its result posted again."""

    slot: int
    patient: bool = True


@dataclass(frozen=True, slots=True)
class LookUp:
    """Type /quota or /jobs."""

    command: str
    patient: bool = True


@dataclass(frozen=True, slots=True)
class Forge:
    """Press a button of another's job, as a client that has been tampered with."""

    slot: int
    verb: str
    patient: bool = True


@dataclass(frozen=True, slots=True)
class Redeliver:
    """Have Discord send the event of a command once more."""

    slot: int
    patient: bool = True


Act: TypeAlias = Ask | GoOn | UseMenu | Cancel | Frame | Delete | BringBack | LookUp | Forge | Redeliver


@dataclass(frozen=True, slots=True)
class Part:
    """What one member does, one thing after the other, in one of the channels."""

    channel: int
    acts: tuple[Act, ...]
