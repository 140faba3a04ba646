"""The least that a durable submission can be: the same server, the same group commit, one INSERT.

Nothing is read, checked or compared. `benchmarks.submissions` measures sipas against it:

    python -m benchmarks.bare --database URL --data FOLDER --port PORT
"""

import argparse
import json
import multiprocessing
import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, insert

from survey.cli.serve import collect_seldom
from survey.config import Settings
from survey.database import Database

TABLE = Table(
    "bare",
    MetaData(),
    Column("id", String(36), primary_key=True),
    Column("body", LargeBinary),
    sqlite_with_rowid=False,
)
STORE = insert(TABLE)
URL, DATA = "BARE_DATABASE", "BARE_DATA"


def application(_target: str = "") -> WSGIApplication:
    """Stores whatever is posted and answers after the commit."""
    data = Path(os.environ[DATA])
    database = Database(Settings(os.environ[URL], data, data / "secret"), serving=True)
    collect_seldom()

    def answer(environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
        if body:
            row = {"id": str(uuid4()), "body": body}
            database.writer.submit(lambda session: session.connection().execute(STORE, row).close())
        told = json.dumps([{"state": "stored", "sha256": sha256(body[1:-1]).hexdigest()}]).encode()
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(told)))])
        return [told]

    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    os.environ[URL], os.environ[DATA] = given.database, given.data
    made = Database(Settings(given.database, Path(given.data), Path(given.data) / "secret"))
    TABLE.create(made.engine, checkfirst=True)
    made.close()
    multiprocessing.set_start_method("spawn", force=True)
    Granian(
        "bare", address="127.0.0.1", port=given.port, interface=Interfaces.WSGI,
        workers=given.workers, blocking_threads=given.threads, backpressure=given.threads * 8,
        log_level=LogLevels.error, log_access=False,
    ).serve(target_loader=application)  # fmt: skip


if __name__ == "__main__":
    main()
