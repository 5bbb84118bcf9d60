"""Zoetrope: a slash command and a picture in, a finished video out."""

__version__ = "0.1.0"
