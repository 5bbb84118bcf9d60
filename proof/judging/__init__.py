"""Looks at a run from outside, once all has come to rest, and says which promises were broken."""
