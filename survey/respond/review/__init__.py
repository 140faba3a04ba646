"""What could not be taken as it came: looked at, taken after all, or set aside, by a supervisor."""
