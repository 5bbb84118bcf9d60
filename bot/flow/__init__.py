"""The story of a job, told in the core's words only: accept, prepare, submit, look, deliver, tell."""
