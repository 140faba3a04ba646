"""sipas serve as an administrator meets it: started, asked, refused, stopped."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from ssl import SSLContext, create_default_context
from threading import Thread, Timer

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from survey.cli import cli
from survey.cli.serve import Server
from survey.cli.work import JOBS
from survey.config import Settings
from survey.database import Database
from survey.database.durable import loose_settings
from survey.database.migrate import upgrade
from survey.jobs import JobRun
from tests.postgres import free_port

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 90  # seconds after which a server that says nothing is ended


@contextmanager
def serving(database, *arguments: str) -> Iterator[subprocess.Popen]:
    environment = {
        **os.environ,
        "SIPAS_DATABASE": database.settings.database,
        "SIPAS_DATA": str(database.settings.data),
        "SIPAS_SECRET_FILE": str(database.settings.secret_file),
    }
    command = [sys.executable, "-c", "from survey.cli import cli; cli()", "serve", *arguments]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    timer = Timer(PATIENCE, server.kill)
    timer.start()
    try:
        yield server
    finally:
        server.terminate()
        server.communicate()
        timer.cancel()


def ask(address: str, server: subprocess.Popen, trusted: SSLContext | None = None) -> int:
    """The answer's status, once the worker listens."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE, context=trusted) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except urllib.error.URLError:
            continue
    raise AssertionError(server.communicate()[1])


def test_the_server_prints_its_address_answers_and_stops_cleanly(both):
    port = str(free_port())
    with serving(both, "--port", port) as server:
        assert server.stdout.readline() == f"Serving on http://127.0.0.1:{port}\n"
        assert ask(f"http://127.0.0.1:{port}/healthz", server) == 200
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate()
        assert server.returncode == 0, errors
    with both.read() as session:
        done = set(session.scalars(select(JobRun.name)))
    assert done == ({job.name for job in JOBS} if both.is_sqlite else set())


def test_a_server_that_is_told_to_stop_again_and_again_stops(kept):
    """As `timeout`, a terminal and a supervisor may do at the same moment."""
    port = str(free_port())
    with serving(kept, "--port", port) as server:
        server.stdout.readline()
        assert ask(f"http://127.0.0.1:{port}/healthz", server) == 200
        for _ in range(200):
            server.send_signal(signal.SIGTERM)
            server.send_signal(signal.SIGINT)
        _, errors = server.communicate()
        assert server.returncode == 0, errors


def test_a_signal_that_comes_while_another_is_handled_waits_for_nothing():
    """The lock of the event is held by the very thread in which the second signal is handled."""
    server = Server("wsgi:application")

    def handled_twice() -> None:
        with server.main_loop_interrupt._cond:
            server.signal_handler_interrupt()

    thread = Thread(target=handled_twice, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive() and server.main_loop_interrupt.wait(PATIENCE)
    assert server.interrupt_signal


def test_a_second_server_is_refused_and_so_is_a_taken_port(kept):
    port = str(free_port())
    with serving(kept, "--port", port) as first:
        first.stdout.readline()
        assert ask(f"http://127.0.0.1:{port}/healthz", first) == 200
        with serving(kept, "--port", port) as second:
            assert "Choose another with --port" in second.communicate()[1]
            assert second.returncode == 1
        with serving(kept, "--port", str(free_port())) as third:
            assert "stop it first" in third.communicate()[1]
            assert third.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--workers", "2"], "use PostgreSQL"), (["--port", "0"], "not in the range")],
)
def test_what_cannot_be_served_is_refused_with_a_sentence(kept, arguments, told):
    with serving(kept, *arguments) as server:
        assert told in server.communicate()[1]
        assert server.returncode == 2


def test_a_postgresql_that_forgets_commits_is_refused(cluster, tmp_path):
    url = cluster.new_database()
    database = Database(Settings(url, tmp_path, tmp_path / "secret"))
    upgrade(database)
    name = url.rpartition("/")[2]
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    database.engine.dispose()
    assert loose_settings(database) == ["synchronous_commit is off: set it to on"]
    with serving(database, "--port", str(free_port())) as server:
        assert "synchronous_commit is off" in server.communicate()[1]
        assert server.returncode == 1
    database.close()


def test_a_kiosk_that_has_the_authority_of_the_house_meets_the_server_over_https(kept, tmp_path):
    made = certificate("127.0.0.1", "quay.noi-bo", "--out", tmp_path)
    assert made.exit_code == 0, made.output
    trusted = create_default_context(cafile=tmp_path / "sipas-authority.crt")
    port = str(free_port())
    with serving(kept, "--port", port, *pair(tmp_path)) as server:
        assert server.stdout.readline() == f"Serving on https://127.0.0.1:{port}\n"
        assert ask(f"https://127.0.0.1:{port}/healthz", server, trusted) == 200
        with urllib.request.urlopen(f"https://127.0.0.1:{port}/", context=trusted) as answer:
            assert "max-age" in answer.headers["Strict-Transport-Security"]
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(f"https://127.0.0.1:{port}/", timeout=PATIENCE)


def test_a_certificate_is_renewed_by_the_same_authority(tmp_path):
    certificate("quay.noi-bo", "--out", tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    certificate("quay.noi-bo", "192.168.1.10", "--out", tmp_path)
    second = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    same = {name for name in first if first[name] == second[name]}
    assert same == {"sipas-authority.crt", "sipas-authority.key"}
    keys = [tmp_path / "sipas.key", tmp_path / "sipas-authority.key"]
    assert [path.stat().st_mode & 0o077 for path in keys] == [0, 0]


def test_half_an_authority_and_names_that_are_none_are_told(tmp_path):
    (tmp_path / "sipas-authority.crt").write_text("x")
    half = certificate("quay.noi-bo", "--out", tmp_path)
    assert half.exit_code == 1 and "half of an authority" in half.output
    (tmp_path / "sipas-authority.key").write_text("x")
    broken = certificate("quay.noi-bo", "--out", tmp_path)
    assert broken.exit_code == 1 and "cannot be read" in broken.output
    name = certificate("quầy một", "--out", tmp_path / "other")
    assert name.exit_code == 2 and "neither a host name nor an address" in name.output


def test_a_certificate_without_its_key_or_with_another_is_refused(kept, tmp_path):
    certificate("127.0.0.1", "--out", tmp_path / "a")
    certificate("127.0.0.1", "--out", tmp_path / "b")
    wrong = ["--certificate", str(tmp_path / "a" / "sipas.crt")]
    with serving(kept, *wrong) as server:
        assert "go together" in server.communicate()[1]
        assert server.returncode == 2
    with serving(kept, *wrong, "--key", str(tmp_path / "b" / "sipas.key")) as server:
        assert "HTTPS cannot be served with these files" in server.communicate()[1]
        assert server.returncode == 1


def certificate(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["certificate", *(str(one) for one in arguments)])


def pair(folder: Path) -> list[str]:
    return ["--certificate", str(folder / "sipas.crt"), "--key", str(folder / "sipas.key")]
