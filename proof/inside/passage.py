"""One crossing under way: named by who asks and what leaves, and brought through its phases.

What the three mechanisms have in common.
"""

from proof.inside.crossings import Crossing, Crossings
from proof.inside.orders import Phase
from proof.inside.visits import Visit, effects, innermost


class Passage:
    """Names the crossings of one mechanism, and puts them down to whoever asked."""

    def __init__(self, crossings: Crossings, call: str) -> None:
        """`call`: what the bot calls where it uses the mechanism itself."""
        self._crossings = crossings
        self._call = call

    def expected(self, what: str, visit: Visit | None) -> Crossing:
        """Return what would come next, without its having begun."""
        return self._crossings.expected(self._seam(what, visit))

    def begin(self, what: str) -> Crossing:
        """Begin what this very stack asks for: nothing has left yet."""
        crossing = self.begin_for(what, innermost())
        self._crossings.reach(crossing, Phase.BEFORE)
        return crossing

    def begin_for(self, what: str, visit: Visit | None) -> Crossing:
        """Count and note a crossing of somebody who may be on another stack."""
        name = visit.name if visit else ""
        crossing = self._crossings.crossing(self._seam(what, visit), effects=effects(self._call), visit=name)
        if visit is not None:
            visit.crossed.append(crossing)
        return crossing

    def _seam(self, what: str, visit: Visit | None) -> str:
        if visit is not None:
            return f"{visit.title}: {what}"
        # Nobody of ours is on the stack where the library reconnects by itself.
        asker = next(iter(effects(self._call)), "discord").partition(":")[0]
        return f"{asker}: {what}"
