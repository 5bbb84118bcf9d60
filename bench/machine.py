"""What must be known of the machine and the versions to read the figures. No name of the machine, no path."""

import os
import platform
import sqlite3

import discord


def facts() -> str:
    """Return one line."""
    return ", ".join(
        (
            f"{os.cpu_count()} cores",
            f"{platform.system()} on {platform.machine()}",
            f"Python {platform.python_version()}",
            f"SQLite {sqlite3.sqlite_version}",
            f"discord.py {discord.__version__}",
        )
    )
