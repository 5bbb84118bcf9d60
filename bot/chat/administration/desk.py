"""The desk of those who run a place: one clerk a theme, who asks the flow and says what came of it."""

from bot.chat.administration.acts import ActsDesk
from bot.chat.administration.allowances import AllowanceDesk
from bot.chat.administration.jobs import JobDesk
from bot.chat.administration.log import LogDesk
from bot.chat.administration.places import PlaceDesk
from bot.chat.administration.stats import StatsDesk
from bot.chat.administration.words import WordsDesk
from bot.chat.owners import Actors
from bot.flow.administration import Administration


class Desk:
    """The clerks, put together."""

    def __init__(self, administration: Administration, actors: Actors, default_zone: str) -> None:
        """`default_zone`: where days begin in servers that have not said."""
        self.allowances = AllowanceDesk(administration.allowances, actors)
        self.jobs = JobDesk(administration.jobs, actors)
        self.places = PlaceDesk(administration.places, administration.chronicle, actors, default_zone)
        self.words = WordsDesk(administration.places, actors)
        self.log = LogDesk(administration.chronicle, actors)
        self.acts = ActsDesk(administration.books, actors)
        self.stats = StatsDesk(administration.books, actors)
