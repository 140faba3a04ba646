"""Forms from and to the tools that people already use, with a report of what was kept."""
