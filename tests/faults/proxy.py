"""A line between clients and the server that can be bad: it loses replies, or is not ours."""

import random
import socket
from threading import Event, Thread

PORTAL = b"<html><title>Welcome</title>Please accept the conditions of this network.</html>"


class Proxy:
    """Passes connections on to a port. `lose`: share of replies dropped with their connection.
    `portal`: everything is answered with 200 and a page of somebody else."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.settimeout(0.1)
        self.host, self.port = self._listener.getsockname()
        self.lose = 0.0
        self.portal = False
        self.lost = 0
        self._end = Event()
        self._thread = Thread(target=self._accept, name="proxy")

    def __enter__(self) -> "Proxy":
        self._thread.start()
        return self

    def _accept(self) -> None:
        while not self._end.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """One connection; after each reply the next request may meet another line."""
        with client:
            try:
                while request := client.recv(1 << 16):
                    if self.portal:
                        client.sendall(_page())
                        return
                    with socket.create_connection(("127.0.0.1", self._to)) as server:
                        if not self._pass_on(client, server, request):
                            return
            except OSError:
                return  # one side broke off: so does the other

    def _pass_on(self, client: socket.socket, server: socket.socket, request: bytes) -> bool:
        """One request and its reply; False when the reply was lost."""
        while _is_cut(request):
            request += client.recv(1 << 16)
        server.sendall(request)
        reply = b""
        while not reply or _is_cut(reply):
            part = server.recv(1 << 16)
            if not part:
                return False
            reply += part
        if random.random() < self.lose:  # it arrived, was stored, and nobody hears of it
            self.lost += 1
            return False
        client.sendall(reply)
        return True

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self._listener.close()


def _page() -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PORTAL)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + PORTAL


def _is_cut(message: bytes) -> bool:
    """Whether the rest of a body with a length is still to come."""
    head, end, body = message.partition(b"\r\n\r\n")
    if not end:
        return True
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) < int(line.partition(b":")[2])
    return False
