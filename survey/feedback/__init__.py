"""Feedback: its own door, its own tables, nothing that joins it to a response."""
