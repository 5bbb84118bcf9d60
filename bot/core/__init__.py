"""The law of the bot, as values: it knows no Discord, no HTTP, no database and no clock."""
