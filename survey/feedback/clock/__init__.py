"""Working time: due moments, what is used and left of them, and who is told when. Pure."""
