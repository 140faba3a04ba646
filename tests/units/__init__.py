"""Tests of units: areas, places, imports, their command and their pages."""
