"""What a member's client knows of a message: the ids of its parts, and the job that they are about."""

from bot.sandbox.discord import Message
from bot.sandbox.discord.wire import walk


def brings_result_of(message: Message, card: Message) -> bool:
    """Tell the message that brings the result of a card's job."""
    return message.reference == card.id and any(":again:" in name for name in ids(message))


def ids(message: Message) -> list[str]:
    """Return the ids of its buttons and lists."""
    return [part.custom_id for part in walk(message.components) if part.custom_id is not None]


def job_in(custom_id: str) -> str:
    """Return the job that an id names, nothing where it names none."""
    return custom_id.split(":")[2] if custom_id.count(":") >= 2 else ""


def job_of(message: Message) -> str:
    """Return the job that a message is about, as its buttons say."""
    jobs = (job_in(name) for name in ids(message))
    return next((job for job in jobs if job), "")
