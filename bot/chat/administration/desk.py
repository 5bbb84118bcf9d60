"""The desk of those who run a place: one clerk a theme, who asks the flow and says what came of it."""

from bot.chat.owners import Actors
from bot.flow.administration import Administration


class Desk:
    """The clerks, put together."""

    def __init__(self, administration: Administration, actors: Actors) -> None:
        self.administration = administration
        self.actors = actors
