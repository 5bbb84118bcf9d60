"""The demo's play: its story, what it watches, and how it looks on a terminal.

Shows only what came over the protocols or stands in the bot's own log; it never invents a state or a number.
"""
