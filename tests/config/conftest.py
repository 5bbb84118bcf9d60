"""A place without any configuration, and a way to write one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import PREFIX, Settings, load

Load = Callable[[str], Settings]


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder, with no variable of ours around."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    """Load a text as the configuration file."""

    def load_it(text: str) -> Settings:
        path = tmp_path / "some.toml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return load_it
