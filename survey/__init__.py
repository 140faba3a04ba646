"""sipas: where people come in — citizens who answer, staff who read, and the commands."""
