"""Reading one table of a plan key by key; a key nobody asked for is an error that names it."""

from collections.abc import Mapping, Sequence

from analysis.errors import PlanError

Value = str | int | float | bool


class Keys:
    """The keys of one table of a plan, each taken once; `where` is its name in messages."""

    def __init__(self, table: object, where: str) -> None:
        if not isinstance(table, Mapping):
            raise PlanError(f"{where} must be a table")
        self.table = dict(table)
        self.where = where
        self.taken: set[str] = set()

    def fault(self, key: str, sentence: str) -> PlanError:
        return PlanError(f"{self.where}: `{key}` {sentence}")

    def has(self, key: str) -> bool:
        return key in self.table

    def take(self, key: str, default: object = None) -> object:
        self.taken.add(key)
        return self.table.get(key, default)

    def text(self, key: str, default: str | None = None) -> str | None:
        value = self.take(key, default)
        if value is not None and (not isinstance(value, str) or not value):
            raise self.fault(key, "must be a text in quotes")
        return value

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value is None:
            raise self.fault(key, f"is needed: one of {', '.join(allowed)}")
        if value not in allowed:
            raise self.fault(key, f'is "{value}", but must be one of {", ".join(allowed)}')
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.fault(key, "must be true or false")
        return value

    def number(self, key: str, default: float | None = None) -> float | None:
        value = self.take(key, default)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise self.fault(key, "must be a number")
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """Column names: a list of texts, or one text. Absent is the empty tuple."""
        value = self.take(key, [])
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list | tuple) or not all(isinstance(n, str) and n for n in found):
            raise self.fault(key, "must be a list of names in quotes")
        if len(set(found)) != len(found):
            raise self.fault(key, "names something twice")
        return tuple(found)

    def codes(self, key: str) -> tuple[Value, ...]:
        """Codes of answers, numbers or texts. Absent is the empty tuple."""
        value = self.take(key, [])
        if not isinstance(value, list | tuple) or not all(isinstance(c, Value) for c in value):
            raise self.fault(key, "must be a list of codes, numbers or texts in quotes")
        return tuple(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        value = self.take(key, [])
        if not isinstance(value, list | tuple) or any(
            isinstance(v, bool) or not isinstance(v, int | float) for v in value
        ):
            raise self.fault(key, "must be a list of numbers")
        return tuple(value)

    def tables(self, key: str) -> list["Keys"]:
        value = self.take(key, [])
        if not isinstance(value, list | tuple):
            raise self.fault(key, "must be a list of tables")
        return [Keys(one, f"{self.where} {key} {i}") for i, one in enumerate(value)]

    def done(self) -> None:
        """Raises PlanError naming the first key that this table does not have."""
        unknown = [key for key in self.table if key not in self.taken]
        if unknown:
            known = ", ".join(sorted(self.taken))
            raise PlanError(f"{self.where}: unknown key `{unknown[0]}` (known here: {known})")


def kind_of_code(code: object) -> str:
    """ "boolean", "text" or "number"."""
    if isinstance(code, bool):
        return "boolean"
    return "text" if isinstance(code, str) else "number"
