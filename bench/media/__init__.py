"""What becomes of pictures and videos, how long it takes and what it costs; the figures of docs/media.md."""
