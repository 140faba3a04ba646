"""`python -m survey.exchange.reading KIND NAME < FILE`: the form and the notes as JSON.

Exit code 0, or 3 with the reasons why not; anything else means that a limit was reached.
"""

import json
import resource
import sys
from collections.abc import Callable, Mapping
from typing import Any

from survey.exchange.apart import HEAVY, MEMORY, READ, REFUSED, SECONDS
from survey.exchange.fidelity import Report
from survey.exchange.lss import read as lss
from survey.exchange.reading.refusal import Refusal
from survey.exchange.xlsform.read import read as read_xlsform

Reader = Callable[[bytes, str], tuple[Mapping[str, Any], Report]]
READERS: Mapping[str, Reader] = {"lss": lss.read, "xlsform": read_xlsform}


def main(kind: str, name: str) -> int:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        document, report = READERS[kind](sys.stdin.buffer.read(), name)
    except Refusal as refusal:
        json.dump({"faults": [[refusal.why, refusal.values]]}, sys.stdout)
        return REFUSED
    except MemoryError:
        return HEAVY
    notes = [[n.outcome, n.feature, n.place, n.why, n.values] for n in report.notes]
    json.dump({"document": document, "notes": notes}, sys.stdout)
    return READ


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
