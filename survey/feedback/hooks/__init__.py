"""Webhooks: other systems are told that something happened to a case, never in whose words."""
