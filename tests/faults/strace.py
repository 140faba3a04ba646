"""System calls of running processes, made slow or made to fail by strace."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.serving import until
from tests.faults.table import not_run


@contextmanager
def injected(log: Path, pids: list[int], *faults: str) -> Iterator[Path]:
    """While the block runs, `faults` (strace's --inject) happen to the processes; the log of calls.

    Calls not_run where strace is missing or may not trace.
    """
    program = shutil.which("strace")
    if program is None:
        not_run("strace is not installed")
    calls = ",".join(dict.fromkeys(fault.partition(":")[0] for fault in faults))
    words = [program, "-f", "-qq", "-o", str(log), "-e", f"trace={calls}"]
    for fault in faults:
        words += ["-e", f"inject={fault}"]
    for pid in pids:
        words += ["-p", str(pid)]
    tracer = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: tracer.poll() is not None or _are_traced(pids), "strace to attach")
        if tracer.poll() is not None:
            assert tracer.stderr is not None
            not_run(f"strace: {tracer.stderr.read().strip()[:200]}")
        yield log
    finally:
        if tracer.poll() is None:
            tracer.send_signal(signal.SIGINT)
        tracer.communicate()


def _are_traced(pids: list[int]) -> bool:
    """Whether every thread of every process has a tracer; one that has ended needs none."""
    return all(_is_traced(thread) for pid in pids for thread in Path(f"/proc/{pid}/task").glob("*"))


def _is_traced(thread: Path) -> bool:
    try:
        return "TracerPid:\t0\n" not in (thread / "status").read_text()
    except OSError:
        return True
