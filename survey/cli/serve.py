"""sipas serve"""

import gc
import multiprocessing
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from pathlib import Path
from signal import SIGKILL, SIGTERM
from ssl import PROTOCOL_TLS_SERVER, SSLContext, SSLError
from threading import Event, Thread
from wsgiref.types import WSGIApplication

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from survey.calendar import clock
from survey.cli.common import installation
from survey.cli.work import JOBS, log_to_stderr
from survey.database import Database
from survey.database.durable import refuse_loose
from survey.errors import SurveyError
from survey.jobs import in_use, keep_running
from survey.lazy import load

PEM = click.Path(exists=True, dir_okay=False, path_type=Path)
# Threads wait for the writer together: what one flush of the disk may carry. Measured: see
# docs/decisions/0008-web-server.md. Each may hold a connection, of which PostgreSQL has few.
THREADS_EMBEDDED, THREADS = 64, 32
YOUNG = 20_000  # objects made before they are looked through: what a page makes, 700 by default


class CertificateUnfit(SurveyError):
    """The certificate and the key cannot be used."""

    title = "HTTPS cannot be served with these files"


class PortTaken(SurveyError):
    """Another program listens there."""

    status = 409
    title = "The address is in use"


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=1, help="Processes; PostgreSQL only.")
@click.option("--threads", type=click.IntRange(1), help="Threads of a process.")
@click.option("--certificate", type=PEM, help="Serve HTTPS with this certificate (PEM).")
@click.option("--key", type=PEM, help="The certificate's key (PEM, without a password).")
def command(
    host: str,
    port: int,
    workers: int,
    threads: int | None,
    certificate: Path | None,
    key: Path | None,
) -> None:
    """Serve the web pages; on the embedded database run the jobs as well.

    Stops cleanly on Ctrl-C or SIGTERM: what was acknowledged is stored.
    """
    log_to_stderr()
    _refuse_a_wrong_pair(certificate, key)
    with installation() as database:
        if database.is_sqlite and workers > 1:
            raise click.UsageError(
                "the embedded database is served by one process; use PostgreSQL for --workers"
            )
        refuse_loose(database)
        database.settings.secret()
        _refuse_a_taken_port(host, port)
        with in_use(database), _jobs_beside(database):
            scheme = "https" if certificate else "http"
            click.echo(f"Serving on {scheme}://{_shown(host)}:{port}")
            fitting = THREADS_EMBEDDED if database.is_sqlite else THREADS
            _serve(host, port, workers, threads or fitting, certificate, key)


def _refuse_a_wrong_pair(certificate: Path | None, key: Path | None) -> None:
    """Raises UsageError for one without the other, CertificateUnfit when they do not fit."""
    if (certificate is None) != (key is None):
        raise click.UsageError("--certificate and --key go together")
    if certificate is None or key is None:
        return
    try:
        SSLContext(PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=_no_password)
    except (SSLError, ValueError) as error:
        raise CertificateUnfit(f"{certificate}, {key}: {error}") from error


def _no_password() -> str:
    raise ValueError("the key has a password; write one without")


class Server(MPServer):
    """Stops however often it is told so: a signal that comes while another is handled would wait
    for a lock which its own thread holds.

    A worker that was killed, as by a machine short of memory, is started again however often that
    happens; one that ends by itself twice within seconds cannot start, and the command ends.
    """

    def signal_handler_interrupt(self, *_: object) -> None:
        Thread(target=super().signal_handler_interrupt).start()

    def _respawn_workers(
        self, workers: list[int], spawn_target: object, target_loader: object, delay: float = 0
    ) -> None:
        killed = [idx for idx in workers if self.wrks[idx].inner.exitcode == -SIGKILL]
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        for idx in killed:
            del self.respawned_wrks[idx]  # by which it would be taken for one that cannot start


def _serve(
    host: str, port: int, workers: int, threads: int, certificate: Path | None, key: Path | None
) -> None:
    """Until it is told to stop. Workers start afresh and inherit no thread and no connection."""
    multiprocessing.set_start_method("spawn", force=True)
    Server(
        "wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backpressure=threads * 8,
        log_level=LogLevels.error,  # its warning about threads does not know of the writer
        log_access=False,  # an access log would tie addresses to minutes
        respawn_failed_workers=True,
        workers_kill_timeout=30,
        ssl_cert=certificate,
        ssl_key=key,
    ).serve(target_loader=application)


def application(_target: str) -> WSGIApplication:
    """The application, in a worker that ends with the process that started it, however that ends.

    A worker that outlives a killed parent would hold the port and go on writing.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    found: WSGIApplication = load("wsgi").application
    collect_seldom()
    return found


def collect_seldom() -> None:
    """Python looks for objects that only refer to each other less often, and not among what was
    loaded, which lives as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), SIGTERM)


def _refuse_a_taken_port(host: str, port: int) -> None:
    """Raises PortTaken when nobody could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"{_shown(host)}:{port}: {error.strerror}. Choose another with --port"
            ) from error


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _jobs_beside(database: Database) -> Iterator[None]:
    """On the embedded database the jobs run in a thread of the serving command."""
    if not database.is_sqlite:
        yield
        return
    stop = Event()
    thread = Thread(target=keep_running, args=(database, JOBS, stop, clock), name="jobs")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
