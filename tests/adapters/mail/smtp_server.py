#!/usr/bin/env python3
"""A mail server on loopback for tests: with a certificate of its own, with or without authentication.

Says where it listens in its first line of JSON; each later line is a mail it has taken. Ends with its standard input.
"""

import argparse
import asyncio
import datetime
import email
import email.policy
import ipaddress
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def say(**facts):
    print(json.dumps(facts), flush=True)


def make_certificate(directory):
    """Writes a key and its self-signed certificate for 127.0.0.1; returns both paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    now = datetime.datetime.utcnow()
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1)).add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256()))
    certificate_file, key_file = directory / "mail.pem", directory / "mail.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return certificate_file, key_file


class Desk:
    """Takes mail for whoever is not on the list of strangers."""

    def __init__(self, strangers):
        self.strangers = strangers

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.strangers:
            return "550 5.1.1 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        raw = envelope.original_content
        message = email.message_from_bytes(raw, policy=email.policy.default)
        say(sender=envelope.mail_from, recipients=envelope.rcpt_tos, by_tls=session.ssl is not None,
            user=(session.auth_data or ""), headers={name.lower(): str(value) for name, value in message.items()},
            defects=[str(defect) for part in message.walk() for defect in part.defects],
            text=message.get_content().replace("\r\n", "\n"), longest_line=max(map(len, raw.split(b"\r\n"))),
            bare_ends=raw.replace(b"\r\n", b"").count(b"\n"))
        return "250 OK"


def authenticator(expected):
    def check(server, session, envelope, mechanism, given):
        shown = f"{given.login.decode()}:{given.password.decode()}"
        # Not handled: what is refused here is answered by the library.
        return AuthResult(success=shown == expected, handled=False, auth_data=given.login.decode())
    return check


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path, help="for the certificate")
    parser.add_argument("--account", help="USER:PASSWORD, without which nothing is taken")
    parser.add_argument("--no-tls", action="store_true", help="do not offer STARTTLS")
    parser.add_argument("--tls-from-the-start", action="store_true", help="as smtps:// wants it")
    parser.add_argument("--stranger", action="append", default=[], help="an address to refuse")
    options = parser.parse_args()
    certificate, key = make_certificate(options.directory)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    starttls = None if options.no_tls or options.tls_from_the_start else context
    account = {"authenticator": authenticator(options.account), "auth_required": True} if options.account else {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Desk(options.stranger), hostname="mail.test", tls_context=starttls, **account),
        "127.0.0.1", 0, ssl=context if options.tls_from_the_start else None)
    say(port=server.sockets[0].getsockname()[1], certificate=str(certificate))
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
