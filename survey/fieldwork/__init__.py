"""Fieldwork: questionnaires of record, rounds, samples, codes of counters, progress."""
