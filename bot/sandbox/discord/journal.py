"""The record of every request a bot has made, for tests to read.

Owns nothing but the record. Bodies are not kept, only their sizes.
"""

from dataclasses import dataclass, field
from typing import Literal

TokenKind = Literal["bot", "interaction", "none", "old", "wrong"]


@dataclass(eq=False)
class Call:
    """One request: path without `/api/v10`, route as OpenAPI writes it; status 0 until `over`, or if cut."""

    method: str
    path: str
    route: str
    token: TokenKind
    at: float
    status: int = 0
    over: bool = False
    size: int = 0
    files: tuple[int, ...] = ()
    problems: list[str] = field(default_factory=list[str])
