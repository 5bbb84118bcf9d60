"""The one mouth: how a key, or a reason, becomes the sentence that a member reads.

Another language is another catalogue with the same keys; a key that it lacks falls back to English.
"""

from collections.abc import Mapping
from typing import Final

from bot.chat.english import ENGLISH
from bot.chat.words import in_code, plain
from bot.core.errors import Facts, Reason

CATALOGUES: Final[Mapping[str, Mapping[str, str]]] = {"en": ENGLISH}


class _Value:
    """Formats a fact: `bytes`, `seconds`, `credits`, `jobs` say what is counted; `sentence` ends words."""

    def __init__(self, value: str | float) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        value = self._value
        if isinstance(value, str):
            return _ended(value) if spec == "sentence" else value
        match spec:
            case "bytes":
                return f"{value / 1_000_000:.1f} MB"
            case "seconds":
                return _duration(value)
            case "credits":
                return f"{value:g} credit{'' if value == 1 else 's'}"
            case "jobs":
                return f"{value:g} job{'' if value == 1 else 's'}"
            case "":
                return f"{value:g}" if isinstance(value, float) else str(value)
            case _:
                return format(value, spec)


def _ended(words: str) -> str:
    """Return what somebody typed so that a sentence of ours can follow."""
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _duration(seconds: float) -> str:
    minutes, rest = divmod(max(1, round(seconds)), 60)
    if minutes == 0:
        return f"{rest} s"
    return f"{minutes} min" if rest == 0 or minutes >= 10 else f"{minutes} min {rest} s"


def text(key: str, locale: str = "en", **values: str | float) -> str:
    """Return the text of a key in the member's language, or in English."""
    language = CATALOGUES.get(locale) or CATALOGUES.get(locale.partition("-")[0]) or ENGLISH
    template = language.get(key) or ENGLISH[key]
    return template.format_map({name: _Value(value) for name, value in values.items()})


def is_text(key: str) -> bool:
    """Tell whether there is a text of this key."""
    return key in ENGLISH


def say(reason: Reason, locale: str = "en") -> str:
    """Return what a member reads of a problem; facts that came from outside are made safe."""
    key = f"{reason.problem}.{_variant(reason.facts)}"
    facts = {name: _safe(name, fact) for name, fact in reason.facts.items()}
    return text(key if key in ENGLISH else reason.problem, locale, **facts)


def _variant(facts: Facts) -> str:
    """Return which sentence about a problem fits its facts, where there is more than one."""
    if not facts:
        return "bare"
    if (who := facts.get("who")) is not None:
        return str(who)
    if facts.get("granted"):
        return "granted"
    allowance, wanted = facts.get("allowance"), facts.get("cost", 1)
    is_hopeless = isinstance(allowance, int) and isinstance(wanted, int) and wanted > allowance
    return "hopeless" if is_hopeless else ""


def refusal(reason: Reason, locale: str = "en") -> str:
    """Return what a member reads where nothing was done about a wish, and nothing charged."""
    return text("refusal", locale, reason=say(reason, locale))


def _safe(name: str, fact: str | float) -> str | float:
    if not isinstance(fact, str):
        return fact
    return in_code(fact) if name in ("filename", "option", "expected") else plain(fact, 200)
