"""Speaks Discord and holds no command: the client, the courier, the cards, and every text members read."""
