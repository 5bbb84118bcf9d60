"""The English sentences about results: how they arrive, what leads on from them, and the pictures that go in."""

from collections.abc import Mapping
from typing import Final

RESULTS: Final[Mapping[str, str]] = {}
