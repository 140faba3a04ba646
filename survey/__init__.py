"""sipas: where people come in — citizens who answer, staff who read, commands that look after it."""
