"""Devices at counters: enrolled with a one-time code, known by their key, watched, revoked."""
