"""A kiosk as its browser is: a key of its own, signed requests, sealed answers, a count."""

import json
import os
from hashlib import sha256
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from sqlalchemy import select

from survey.database import Database
from survey.fieldwork.devices.enrolment import make_code
from survey.respond.sealing import Sealing, sealing_key
from survey.signing import decoded, encoded, jwk_of, signed
from survey.units.tables import Counter
from tests.fieldwork.places import JULY
from tests.respond.citizen import ROUND

BATCH = "/api/v1/responses"


def code_for(database: Database, counter: str = "dong-hoi-1", *, now=JULY) -> str:
    """A one-time code that enrols a device at the counter."""
    with database.write() as session:
        found = session.scalar(select(Counter).where(Counter.code == counter))
        return make_code(session, found, "Máy quầy 1", by="command", now=now)


class Kiosk:
    """`clock` gives the device's own time; without one it is right."""

    def __init__(self, app: Flask, database: Database, at, counter: str = "dong-hoi-1") -> None:
        self.app, self.database, self.at, self.counter = app, database, at, counter
        self.client = app.test_client()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.ahead = 0  # milliseconds by which its clock is fast
        self.id, self.seq = "", 0

    @property
    def jwk(self) -> dict[str, str]:
        return jwk_of(self.key.public_key())

    @property
    def time(self) -> int:
        return int(self.at.now.timestamp() * 1000) + self.ahead

    def enrol(self, code: str | None = None):
        code = code or code_for(self.database, self.counter, now=self.at.now)
        about = "Chromium 156, Android 14"
        body = {"code": code, "key": self.jwk, "about": about}
        answer = self.client.post("/api/v1/devices", json=body)
        self.id = (answer.json or {}).get("device", "")
        return answer

    def headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        message = "\n".join((method, path, str(self.time), sha256(body).hexdigest()))
        return {
            "Sipas-Device": self.id,
            "Sipas-Time": str(self.time),
            "Sipas-Signature": signed(self.key, message.encode()),
        }

    def post(self, path: str, body: bytes, **changed: str):
        headers = {**self.headers("POST", path, body), **changed}
        sent = {name: value for name, value in headers.items() if value is not None}
        return self.client.post(path, data=body, headers=sent, content_type="application/json")

    def contact(self, **state: object):
        return self.post(f"/api/v1/devices/{self.id}/contact", json.dumps(state).encode())

    def send(self, *items: str, **changed: str):
        return self.post(BATCH, f"[{','.join(items)}]".encode(), **changed)

    def answer(self, **changes: object) -> str:
        """One finished form, as it would stand in the queue."""
        self.seq += 1
        body = {
            "id": str(uuid4()),
            "round": ROUND,
            "version": "one-stop-ward@1",
            "place": {"counter": self.counter},
            "mode": "kiosk",
            "assisted": False,
            "language": "vi",
            "answers": {f"q{n}": 4 for n in range(1, 10)},
            "seconds": 41.5,
            "device": self.id,
            "seq": self.seq,
            "finished_at": self.time,
        }
        return json.dumps(body | changes)

    def seal(self, text: str, to: Sealing | None = None, **changes: object) -> str:
        """The item sealed to the installation's key."""
        to = to or sealing_key(self.database, now=self.at.now)
        numbers = [int.from_bytes(decoded(to.jwk[name]), "big") for name in ("e", "n")]
        key, iv = AESGCM.generate_key(256), os.urandom(12)
        padding = OAEP(MGF1(SHA256()), SHA256(), None)
        sealed = {
            "id": json.loads(text)["id"],
            "key_id": to.key_id,
            "alg": "RSA-OAEP-256+A256GCM",
            "wrapped_key": encoded(RSAPublicNumbers(*numbers).public_key().encrypt(key, padding)),
            "iv": encoded(iv),
            "ciphertext": encoded(AESGCM(key).encrypt(iv, text.encode(), None)),
        }
        return json.dumps(sealed | changes)
