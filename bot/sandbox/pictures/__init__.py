"""The picture that the demo's member attaches. `draw.py` beside it drew it; nothing draws at run time."""

from pathlib import Path
from typing import Final

POND: Final = Path(__file__).with_name("moonlit-pond.jpg")
