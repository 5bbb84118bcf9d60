"""What is played in one run: who does what, what goes wrong, and how often the bot dies. Values only.

A script is a pure function of its seed (`drawing`). Whatever goes wrong does so at the n-th call of a
kind, so that the same script goes wrong at the same places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bot.sandbox.discord.faults import Action as DiscordAction
from bot.sandbox.runcomfy import Action, Fate, When, Wire
from proof.campaign.acts import Part
from proof.inside.orders import Point


class Database(StrEnum):
    """On what the bot keeps its jobs."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


# --- what goes wrong ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """The n-th call of a kind that one side sees, from 1 (see `proof.campaign.moments`)."""

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
    SERVER_RESTARTED = "PostgreSQL restarted"
    SERVER_CRASHES = "PostgreSQL crashes"
    SESSIONS_ENDED = "PostgreSQL ends all sessions"
    TABLE_HELD = "a table held in PostgreSQL"
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
    outage: float = 0.0
    """Seconds of everybody's time until the next life, when it is killed; Discord forgets, tokens die."""
    sync_seconds: float = 0.0
    sync_fails_at: int | None = None
    memory: int | None = None

    def kinds(self) -> list[str]:
        """Return the names in the sums; they are those by which `lives` says that it happened."""
        return [
            *([f"killed {self.kill_at.phase}"] if self.kill_at else []),
            *(["power lost"] if self.power_lost else []),
            *(["long outage"] if self.outage else []),
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
