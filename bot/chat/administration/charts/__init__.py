"""What the books of a server say, as pictures: what is said, where it stands, and how it is painted."""
