"""Keeps the developer's own settings out of what is read here."""

import os

import pytest


@pytest.fixture(autouse=True)
def no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ZOETROPE_")]:
        monkeypatch.delenv(name)
