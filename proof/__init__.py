"""What tries to break the bot: crash points, a campaign of faults, and a judge who looks from outside.

Never installed with the bot and never imported by it. The bot under proof is the real process.
"""
