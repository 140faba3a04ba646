"""Readers of other tools' files. They run only in a process of their own, `apart`."""
