"""What was mended in a form that was read, told at the part of the file it came from."""

from survey.exchange.fidelity import Ledger


class Told:
    """Keeps which part of the file each question, and each condition, is."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._places: dict[tuple[str, str], str] = {}

    def at(self, id: str, key: str, place: str) -> None:
        self._places[id, key] = place

    def dropped(self, question: str, why: str, **values: str) -> None:
        place = self._places.get((question, ""))
        if place:
            self._ledger.dropped(place, why, **values)
        else:
            self._ledger.added("question", question, why, **values)

    def changed(self, question: str, what: str, why: str, **values: str) -> None:
        place = self._places.get((question, what))
        if place and what == "show_when":
            self._ledger.dropped(place, why, **values)
        else:
            self._ledger.added(what, question, why, **values)
