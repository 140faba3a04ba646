"""How a reader says that a file cannot be read."""


class Refusal(Exception):
    """why: an English sentence with %(names)s, marked with N_; values fill it."""

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(why)
        self.why = why
        self.values = values
