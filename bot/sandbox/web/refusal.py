"""How the page's server says no: a status and a sentence for the person in front of the page."""


class ActError(Exception):
    """Refuses a request of the page; the sentence is shown as it is."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def bad(sentence: str) -> ActError:
    """Return the refusal of a request that makes no sense, or that Discord's client would not send."""
    return ActError(400, sentence)


def missing(what: str) -> ActError:
    """Return the refusal of a request about something that is not there, or not for this member."""
    return ActError(404, f"There is no such {what}.")
