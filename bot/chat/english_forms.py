"""The English sentences about forms, menus and lists: what a member fills in and what is said of it."""

from collections.abc import Mapping
from typing import Final

FORMS: Final[Mapping[str, str]] = {}
