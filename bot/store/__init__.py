"""The only place with SQL: jobs, their line, their credits, and the bot's small facts."""
