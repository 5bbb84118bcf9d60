"""The table of moves as a picture, for the README: generated, so that it cannot say anything else."""

from bot.core.job import FINAL, TRANSITIONS, State


def state_diagram() -> str:
    """Return the moves that change the state, as a Mermaid state diagram."""
    names: dict[tuple[State, State], list[str]] = {}
    for (state, event), target in TRANSITIONS.items():
        if state is not target:
            names.setdefault((state, target), []).append(event.__name__)
    moves = [f"    {a} --> {b}: {', '.join(events)}" for (a, b), events in names.items()]
    ends = [f"    {state} --> [*]" for state in State if state in FINAL]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.PREPARING}", *moves, *ends])
