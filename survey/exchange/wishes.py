"""What whoever asks for a form in another format may choose."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wishes:
    """language: of formats that have one only. round_code, round_title: of the round that a
    paper form is printed for; both may be empty."""

    language: str = "vi"
    round_code: str = ""
    round_title: str = ""
