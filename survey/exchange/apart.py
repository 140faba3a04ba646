"""Files of strangers are read in a process of their own, which is small and ends by itself."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.errors import InputFault
from survey.exchange.fidelity import Note, Report

LARGEST = 10 * 1024 * 1024  # bytes of a file
MEMORY = 224 * 1024 * 1024  # bytes that its reader may use
SECONDS = 8  # of work, waiting not counted; with what stands around it no more than ten
PATIENCE = 60  # seconds until it is given up whatever it waits for
MODULE = "survey.exchange.reading"
READ, REFUSED, HEAVY = 0, 3, 4  # exit codes of the reader


class FileRefused(InputFault):
    """A file that cannot be read as a questionnaire; `faults` say why."""

    title = _l("This file cannot be read as a questionnaire")
    remedy = _l("Please correct the file as said below, or save it in another format. Nothing was "
                "changed.")  # fmt: skip


@dataclass(frozen=True)
class Incoming:
    """A form as a document in which nothing was checked yet, and what became of the file."""

    document: Mapping[str, Any]
    report: Report


def read_apart(kind: str, data: bytes, name: str) -> Incoming:
    """What the reader of `kind` makes of a file called `name`.

    Raises FileRefused with what is wrong, also when reading takes too much memory or time.
    """
    if len(data) > LARGEST:
        size = str(LARGEST // 1024**2)
        raise FileRefused([_("The file is larger than %(size)s MB.", size=size)])
    command = [sys.executable, "-m", MODULE, kind, name]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused([_too_heavy()]) from error
    if done.returncode < 0 or done.returncode == HEAVY:
        raise FileRefused([_too_heavy()])
    if done.returncode not in (READ, REFUSED):
        raise FileRefused([_failed(done.stderr)])
    told = json.loads(done.stdout)
    if done.returncode == REFUSED:
        raise FileRefused([str(_(why, **values)) for why, values in told["faults"]])
    notes = tuple(Note(*note) for note in told["notes"])
    return Incoming(told["document"], Report(notes))


def _failed(told: bytes) -> str:
    """A fault of ours: what the reader said last, for whoever mends it."""
    last = (told.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    return str(_("The reader of this format failed at the file: %(what)s", what=last[:200]))


def _too_heavy() -> str:
    return str(
        _(
            "Reading the file would take more than %(size)s MB of memory or %(n)s seconds: it is "
            "damaged, or holds far more than a questionnaire.",
            size=str(MEMORY // 1024**2),
            n=str(SECONDS),
        )
    )
