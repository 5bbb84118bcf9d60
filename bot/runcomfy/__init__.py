"""Speaks RunComfy's Model API: what to ask, what an answer means, how fast, and the one place that sends."""
