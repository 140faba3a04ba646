"""Templates of what is written to senders: shipped ones, and those of units in their place."""
