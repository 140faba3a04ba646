"""Rights of people over what is kept of them: see, correct, erase, withdraw; and when it ends."""
