"""The commands: options in, one call into the reception. One cog per model, loaded by name."""
