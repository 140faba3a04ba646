"""What whoever asks for a form in another format may choose."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wishes:
    """language: of formats that have one only. round_code, round_title: of the round that a
    paper form is printed for. organiser, contact: who asks, and whom to ask about it. All of these
    may be empty. simulated: the paper says that it is for trying out."""

    language: str = "vi"
    round_code: str = ""
    round_title: str = ""
    organiser: str = ""
    contact: str = ""
    simulated: bool = False
