"""Stand-ins for the services the bot talks to, speaking the real protocols on loopback."""
