"""What a file is by its bytes: by its first ones, or by all of them, decoded in another process."""

import logging
import sys
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, PositiveInt, TypeAdapter, ValidationError

from bot.core.errors import PassingError, Problem
from bot.core.pictures import PIXEL_LIMIT
from bot.media.child import Child
from bot.media.signatures import HEAD, Signature, sniff

_log = logging.getLogger(__name__)

_PROBE: Final = str(Path(__file__).with_name("probe.py"))


class Probed(BaseModel):
    """What the probe says of a picture that it could open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: PositiveInt
    height: PositiveInt
    frames: PositiveInt
    whole: bool
    """All of it could be decoded, and it had no more pixels than PIXEL_LIMIT."""


_ANSWER: Final[TypeAdapter[Probed | None]] = TypeAdapter(Probed | None)


async def probe(child: Child, path: Path, signature: Signature) -> Probed | None:
    """Measure and decode a picture in a confined process; None if it is not what it begins like.

    Raises PassingError where the process could not do its work at all.
    """
    arguments = (str(path), signature.name, str(PIXEL_LIMIT))
    ran = await child.run(sys.executable, "-I", _PROBE, *arguments, reads=[path])
    if ran.code < 0:
        return None
    try:
        return _ANSWER.validate_json(ran.output.splitlines()[-1] if ran.code == 0 else b"")
    except (ValidationError, IndexError) as error:
        _log.error("the probe for pictures does not work, code %d", ran.code, extra={"action": "inspect"})
        raise PassingError(Problem.STORE_BUSY) from error


def read_signature(path: Path) -> Signature | None:
    """Tell a file's format by its first bytes."""
    with path.open("rb") as file:
        return sniff(file.read(HEAD))


def give_suffix(path: Path, signature: Signature) -> Path:
    """Rename a file after what it is, and return its new path."""
    return path.rename(path.with_suffix(signature.suffix))
