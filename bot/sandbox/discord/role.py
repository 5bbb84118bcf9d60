"""A role of a guild, as far as bots look at one: its id and its name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """What members of a guild can have; it changes nobody's permissions here."""

    id: int
    name: str

    @property
    def mention(self) -> str:
        """How a text names it."""
        return f"<@&{self.id}>"
