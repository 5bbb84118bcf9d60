"""What becomes of a database whose disk fails, or loses its power."""
