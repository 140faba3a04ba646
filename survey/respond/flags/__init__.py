"""Signs that an answer may not be a citizen's own: flagged and told, never blocked or deleted."""
