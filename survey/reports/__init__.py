"""The analyst: tables, charts and downloads, from snapshots alone."""
