"""Texts of feedback read offline: personal data, topics, likeness. Always suggestions."""
