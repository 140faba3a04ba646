"""sipas certificate"""

import os
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from survey.calendar import clock
from survey.errors import Conflict, SurveyError

AUTHORITY, AUTHORITY_KEY = "sipas-authority.crt", "sipas-authority.key"
CERTIFICATE, KEY = "sipas.crt", "sipas.key"
YEARS = timedelta(days=10 * 365)  # the authority: put on each kiosk by hand, so seldom
DAYS = timedelta(days=397)  # a certificate: browsers trust none that lives longer
EARLY = timedelta(days=1)  # for clocks that run behind

Key = ec.EllipticCurvePrivateKey


class AuthorityUnreadable(SurveyError):
    title = "The authority in that folder cannot be read"


@click.command("certificate")
@click.argument("names", nargs=-1, required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default="certificates")
def command(names: tuple[str, ...], out: Path) -> None:
    """Make a certificate for NAMES, host names or addresses, and its authority when there is none.

    Kiosks on a local network need HTTPS, and no public authority certifies an address such as
    192.168.1.10. Install sipas-authority.crt on each kiosk once; start the server with
    --certificate sipas.crt --key sipas.key. Run it again each year: kiosks notice nothing.
    """
    out.mkdir(parents=True, exist_ok=True)
    now = clock()
    authority, signer = _authority(out, now)
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certificate(names, key, authority, signer, now)
    _write(out / CERTIFICATE, _pem(made) + _pem(authority), secret=False)
    _write(out / KEY, _key_pem(key), secret=True)
    click.echo(f"For the server: {out / CERTIFICATE} and {out / KEY}, valid for {DAYS.days} days")
    click.echo(f"For each kiosk: {out / AUTHORITY}")
    click.echo(f"Lock away: {out / AUTHORITY_KEY}")


def _authority(out: Path, now: datetime) -> tuple[x509.Certificate, Key]:
    """That of the folder, made when there is none. Raises Conflict, AuthorityUnreadable."""
    paths = out / AUTHORITY, out / AUTHORITY_KEY
    if all(path.exists() for path in paths):
        try:
            found = load_pem_private_key(paths[1].read_bytes(), None)
            kept = x509.load_pem_x509_certificate(paths[0].read_bytes())
        except (ValueError, TypeError) as error:
            raise AuthorityUnreadable(f"{out}: {error}") from error
        if not isinstance(found, Key) or found.public_key() != kept.public_key():
            raise AuthorityUnreadable(f"{paths[1]} is not the key of {paths[0]}")
        return kept, found
    if any(path.exists() for path in paths):
        raise Conflict(f"{out} holds half of an authority: put the other file back, or use another")
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("sipas, authority of this installation")
    made = (
        _builder(name, name, key, now, YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(paths[0], _pem(made), secret=False)
    _write(paths[1], _key_pem(key), secret=True)
    return made, key


def _certificate(
    names: tuple[str, ...], key: Key, authority: x509.Certificate, signer: Key, now: datetime
) -> x509.Certificate:
    alternative = x509.SubjectAlternativeName([_alternative(name) for name in names])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        _builder(_name(names[0]), authority.subject, key, now, DAYS)
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(usage, critical=False)
        .sign(signer, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, now: datetime, lives: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(now + lives - EARLY)
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        pass
    if not name.isascii() or not all(part for part in name.split(".")) or " " in name:
        raise click.UsageError(f"“{name}” is neither a host name nor an address.")
    return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _pem(made: x509.Certificate) -> bytes:
    return made.public_bytes(Encoding.PEM)


def _key_pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, *, secret: bool) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
