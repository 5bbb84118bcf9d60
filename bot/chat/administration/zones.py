"""Names of time zones that fit what somebody has typed so far."""

from functools import lru_cache
from zoneinfo import available_timezones

DEFAULT = "default"
"""What stands for the zone of the whole bot, where one is chosen."""
_MOST = 25  # of a list under a text field, Discord's limit
# Old names, and what is no place; they count if typed whole, but nobody looks for them.
_NOT_OFFERED = ("Etc/", "SystemV/", "posix/", "right/", "US/")


def zones(typed: str) -> list[str]:
    """Return zones that have it in their names, those whose city begins so first; and how to have none."""
    wanted = typed.strip().replace(" ", "_").casefold()
    found = [name for name in _known() if wanted in name.casefold()]
    found.sort(key=lambda name: (not name.rpartition("/")[2].casefold().startswith(wanted), name))
    return [*([DEFAULT] if DEFAULT.startswith(wanted) else []), *found][:_MOST]


@lru_cache(maxsize=1)
def _known() -> tuple[str, ...]:
    """Read the names once: they are some hundreds of files."""
    places = (name for name in available_timezones() if "/" in name or name == "UTC")
    return tuple(sorted(name for name in places if not name.startswith(_NOT_OFFERED)))
