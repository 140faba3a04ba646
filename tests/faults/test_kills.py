"""The server is killed under load: whatever was acknowledged is there, once."""

import random
import time

from tests.faults.conftest import short_and_long


@short_and_long("rounds", 1, 100)
def test_kill_9_of_the_whole_server(installed, figures, rounds):
    back = []
    server = installed.server()
    with server, installed.crowd(server) as crowd:
        for _ in range(rounds):
            crowd.more(40)
            time.sleep(random.random() / 20)  # at any moment between two acknowledgements
            server.kill()
            since = time.monotonic()
            server.start()
            back.append(crowd.back(since))
        crowd.more(40)
    assert set(crowd.statuses) <= {0, 200, 503}
    figures(
        "kill -9 of the server", installed.kind, installed.verdict(), rounds=rounds, back=back,
        note=f"{crowd.states['already']} acknowledged by a resend",
    )  # fmt: skip


@short_and_long("rounds", 1, 50)
def test_kill_9_of_the_process_that_answers(installed, figures, rounds):
    """It is started again by the command that stays."""
    back = []
    with installed.server() as server, installed.crowd(server) as crowd:
        for _ in range(rounds):
            crowd.more(40)
            time.sleep(random.random() / 20)
            since = time.monotonic()
            server.kill_worker()
            back.append(crowd.back(since))
        crowd.more(40)
    assert set(crowd.statuses) <= {0, 200, 503}
    figures(
        "kill -9 of the answering process", installed.kind, installed.verdict(), rounds=rounds,
        back=back, note=f"{crowd.states['already']} acknowledged by a resend",
    )  # fmt: skip
