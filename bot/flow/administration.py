"""All that those who run a place can do, by theme; what chat calls.

Every act asks `core.rights` for the right itself: whoever calls is trusted with nothing but who asks.
"""

from dataclasses import dataclass

from bot.flow.administration_allowances import Allowances
from bot.flow.administration_books import Books
from bot.flow.administration_jobs import JobActs
from bot.flow.administration_places import PlaceActs
from bot.flow.chronicle import Chronicle


@dataclass(frozen=True, slots=True)
class Administration:
    """The acts, put together."""

    allowances: Allowances
    jobs: JobActs
    places: PlaceActs
    books: Books
    chronicle: Chronicle
