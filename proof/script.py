"""What is played in one run: who does what, what goes wrong, and how often the bot dies. Values only.

A script is a pure function of its seed (`proof.drawing`). Whatever goes wrong does so at the n-th call of a
kind, so that the same script goes wrong at the same places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bot.sandbox.discord.faults import Action as DiscordAction
from bot.sandbox.runcomfy import Action, Fate, When, Wire
from proof.orders import Point

# --- what members do ------------------------------------------------------------------------------------


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


# --- what goes wrong ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """The n-th call of a kind that one side sees, from 1 (see `proof.moments`)."""

    call: str
    nth: int

    def __str__(self) -> str:
        return f"at {self.call} {self.nth}"


@dataclass(frozen=True, slots=True)
class DiscordFault:
    """What Discord does with some calls."""

    kind: str
    moment: Moment
    action: DiscordAction
    times: int = 1


@dataclass(frozen=True, slots=True)
class RunComfyFault:
    """What RunComfy does with some calls; the fields are those of its stand-in's faults."""

    kind: str
    moment: Moment
    action: Action = Action.ANSWER
    when: When | None = None
    times: int = 1
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str | None = None
    delay: float = 0.0
    keep: float = 0.5


class Turn(StrEnum):
    """Something that happens to the world."""

    GATEWAY_LOST = "gateway lost"
    GATEWAY_INVALID = "gateway session invalid"
    GATEWAY_RECONNECT = "gateway asks to reconnect"
    TOKENS_DIE = "interaction tokens die"
    NONCES_FORGOTTEN = "nonces forgotten"
    FILES_EXPIRE = "attachments expire"
    CARD_DELETED = "a card is deleted"
    CHANNEL_DELETED = "a channel is deleted"
    MAY_NOT_POST = "permission to post removed"
    MAY_NOT_ATTACH = "permission to attach removed"
    MAY_NOT_READ = "permission to read history removed"
    MEMBER_LEAVES = "a member leaves"
    DMS_CLOSED = "direct messages closed"
    CLOCK_JUMPS = "clock jumps"
    DISK_FULL = "disk full"
    LOCKED = "database locked"
    SECOND_BOT = "second bot on the database"
    SIGTERM = "SIGTERM"
    SIGKILL = "SIGKILL"
    SUSPENDED = "suspended"
    NO_MONEY = "RunComfy's balance empty"
    TOKEN_REJECTED = "RunComfy's token rejected"
    FILE_EXPIRES = "RunComfy deletes a result"


@dataclass(frozen=True, slots=True)
class Event:
    """A turn at a moment; `amount` in real seconds that it lasts, or by which the clock jumps."""

    turn: Turn
    moment: Moment
    amount: float = 0.0

    @property
    def kind(self) -> str:
        """The name in the sums."""
        if self.turn is Turn.CLOCK_JUMPS:
            return f"clock jumps {'forward' if self.amount > 0 else 'back'}"
        return self.turn.value


Misfortune: TypeAlias = DiscordFault | RunComfyFault | Event


@dataclass(frozen=True, slots=True)
class LifeOrders:
    """What goes wrong inside of one life of the bot."""

    kill_at: Point | None = None
    power_lost: bool = False
    """Whether, when it is killed, the database loses what was not synced."""
    sync_seconds: float = 0.0
    sync_fails_at: int | None = None
    memory: int | None = None

    def kinds(self) -> list[str]:
        """Return the names in the sums; they are those by which `proof.lives` says that it happened."""
        return [
            *([f"killed {self.kill_at.phase}"] if self.kill_at else []),
            *(["power lost"] if self.power_lost else []),
            *(["slow sync"] if self.sync_seconds else []),
            *(["a sync failed"] if self.sync_fails_at else []),
            *(["short memory"] if self.memory else []),
        ]


@dataclass(frozen=True, slots=True)
class Script:
    """A whole run."""

    seed: int
    parts: tuple[Part, ...]
    misfortunes: tuple[Misfortune, ...]
    lives: tuple[LifeOrders, ...]
    """The first of them; later lives have no orders."""
    fates: tuple[Fate, ...]
    wire: Wire
    settings: Mapping[str, str]
    began: float
    """Seconds since 1970 that all clocks show at the beginning."""
    deliver_twice: bool = False
