"""Have a picture mended in a confined process, and understand the answer. Knows no member and no address."""

import logging
import sys
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from bot.core.errors import PassingError, Problem
from bot.media.child import Child
from bot.media.endings import End
from bot.media.order import Mended, Order, Refused, Why

_log = logging.getLogger(__name__)

_ROOT: Final = str(Path(__file__).parents[2])
# `-I` looks for modules in the installation alone, and we may run from a checkout.
_PROGRAM: Final = f"import sys; sys.path.append({_ROOT!r}); from bot.media.mend import main; main()"
_ANSWER: Final[TypeAdapter[Mended | Refused]] = TypeAdapter(Mended | Refused)


async def mend(child: Child, order: Order) -> Mended | Refused:
    """Carry out an order; a picture that brings the process down is unreadable, or slow where time was short.

    Raises PassingError where the process could not do its work at all.
    """
    ran = await child.run(sys.executable, "-I", "-c", _PROGRAM, order.to_json(), reads=[Path(order.source)])
    if ran.end is End.TOO_SLOW:
        return Refused(Why.SLOW)
    if ran.code < 0:
        return Refused(Why.UNREADABLE)
    try:
        return _ANSWER.validate_json(ran.output.splitlines()[-1] if ran.code == 0 else b"")
    except (ValidationError, IndexError) as error:
        _log.error("the mending of pictures does not work, code %d", ran.code, extra={"action": "inspect"})
        raise PassingError(Problem.STORE_BUSY) from error
