"""The power is cut: what was acknowledged is on the disk, not only in the memory of the system."""

import shutil
from pathlib import Path

from survey.config import Settings
from tests.faults.conftest import Installation, short_and_long
from tests.faults.power import disk_of_its_own, power_cut
from tests.faults.serving import ROOT

HURRIED = '''
"""Commits that are not flushed, and nobody who refuses to serve so."""
from survey.database import durable, engine

engine.PRAGMAS = (*engine.PRAGMAS, "synchronous=NORMAL")
durable.loose_settings = lambda database: []
'''


@short_and_long("rounds", 3, 200)
def test_the_power_is_cut(tmp_path, install, figures, rounds):
    """At any instant the disk itself holds every answer acknowledged before."""
    acknowledged = []
    with disk_of_its_own(tmp_path / "disk") as disk:
        installed = install(disk.settings(tmp_path / "secret"), tmp_path)
        with installed.server() as server, installed.crowd(server) as crowd:
            crowd.more(40)
            for number in range(rounds):
                crowd.more(5)
                server.freeze()
                try:
                    with power_cut(installed, disk, tmp_path / f"cut{number}") as left:
                        verdict = left.verdict()
                finally:
                    server.thaw()
                assert verdict.faults == []
                acknowledged.append(verdict.acknowledged)
        assert acknowledged == sorted(acknowledged) and acknowledged[0] >= 40
        figures("power cut (what the disk was given)", installed.kind, installed.verdict(),
                rounds=rounds, note="the disk opens and holds what was acknowledged")  # fmt: skip


def test_a_power_cut_is_noticed_where_commits_are_not_flushed(tmp_path, install, figures):
    """The same cut with `synchronous=NORMAL`: answers are lost, and the checker says so."""
    (tmp_path / "hurried").mkdir()
    (tmp_path / "hurried" / "sitecustomize.py").write_text(HURRIED, encoding="utf-8")
    with disk_of_its_own(tmp_path / "disk") as disk:
        installed = install(disk.settings(tmp_path / "secret"), tmp_path)
        path = f"{tmp_path / 'hurried'}:{ROOT}"
        with installed.server(PYTHONPATH=path) as server, installed.crowd(server) as crowd:
            crowd.more(40)
            server.freeze()
            try:
                with power_cut(installed, disk, tmp_path / "cut") as left:
                    verdict = left.verdict()
            finally:
                server.thaw()
        figures("power cut with synchronous=NORMAL", installed.kind, verdict, bites=True,
                note="on purpose: shows that a loss would be seen")  # fmt: skip


@short_and_long("rounds", 4, 500)
def test_copies_of_the_file_and_its_log_at_any_instant(embedded, figures, rounds):
    """A copy taken while answers come holds every answer acknowledged before."""
    acknowledged = []
    with embedded.server() as server, embedded.crowd(server) as crowd:
        crowd.more(40)
        for number in range(rounds):
            crowd.more(5)
            server.freeze()
            try:
                copy = copied(embedded, embedded.folder / f"copy{number}")
            finally:
                server.thaw()
            verdict = copy.verdict(copy.folder / "sent.csv")
            copy.history.__exit__()
            assert verdict.faults == []
            acknowledged.append(verdict.acknowledged)
            shutil.rmtree(copy.folder)
    assert acknowledged == sorted(acknowledged) and acknowledged[0] >= 40
    figures("killed (copies of file and log)", embedded.kind, embedded.verdict(), rounds=rounds,
            note="each copy opens and holds what was acknowledged before")  # fmt: skip


def copied(installed: Installation, folder: Path) -> Installation:
    """The file, its log and the history so far, as an installation of its own."""
    folder.mkdir()
    settings = installed.settings
    for ending in ("", "-wal"):
        shutil.copyfile(
            settings.database.removeprefix("sqlite:///") + ending, folder / f"sipas.db{ending}"
        )
    shutil.copyfile(settings.secret_file, folder / "secret")
    (folder / "secret").chmod(0o600)
    shutil.copyfile(installed.history.path, folder / "sent.csv")
    taken = Settings(f"sqlite:///{folder / 'sipas.db'}", folder, folder / "secret")
    return Installation(taken, folder, furnished=True)
