"""Figures of the inbox: what came in, what was answered in time, how long people wait."""
