"""The `sipas` command run by itself, with the most memory that any of its processes took.

It is started from a small process: what a process takes is counted from the moment at which it is
split off, when it is still as large as the one that starts it, and a test run grows large.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SIPAS = Path(sys.executable).parent / "sipas"
PROGRAM = """
import json, resource, subprocess, sys
seconds = int(sys.argv[1])
def limit():
    if seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
done = subprocess.run(sys.argv[2:], capture_output=True, text=True, preexec_fn=limit)
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([done.returncode, done.stdout, done.stderr, most]))
"""


@dataclass(frozen=True)
class Run:
    """code: its exit code, negative when a signal ended it. kibibytes: its greatest memory."""

    code: int
    said: str
    complaints: str
    kibibytes: int


def sipas(*arguments: object, seconds: int = 0) -> Run:
    """What the command does; it is ended after `seconds` of computing, if given."""
    words = [sys.executable, "-c", PROGRAM, str(seconds), str(SIPAS), *map(str, arguments)]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return Run(*json.loads(told))
