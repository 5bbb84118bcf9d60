"""Seeded runs: members, misfortunes and lives of the bot, drawn, played and judged."""
