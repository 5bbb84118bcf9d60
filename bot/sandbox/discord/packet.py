"""What a bot sends on the gateway, as it comes in."""

from pydantic import BaseModel, ConfigDict, JsonValue


class Packet(BaseModel):
    """Any packet: its opcode and its content."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    op: int
    d: JsonValue = None


class Identify(BaseModel):
    """A new session's wishes; the client's own description is not looked at."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    token: str
    intents: int
    shard: tuple[int, int] = (0, 1)


class Resume(BaseModel):
    """A lost session, and the last event that arrived."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: str
    session_id: str
    seq: int
