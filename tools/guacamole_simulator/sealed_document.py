"""What Guacamole's extension auth-json makes of the `data` that somebody signs in with.

The format is that of the manual's chapter on encrypted JSON authentication: AES-128-CBC with an initialisation vector of
zeros over HMAC-SHA256 and JSON, one key for both, all in base64.
"""

import base64
import binascii
import hmac
import json

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SIGNATURE_SIZE = 32
BLOCK_SIZE = 16
DOCUMENT_KEYS = {"username", "expires", "singleUse", "connections"}
CONNECTION_KEYS = {"id", "protocol", "join", "singleUse", "parameters"}


class Unacceptable(Exception):
    """The document is not one that Guacamole would let in."""


def decrypt(data, key):
    try:
        cipher = base64.b64decode(data, validate=True)
    except binascii.Error as why:
        raise Unacceptable("not base64") from why
    if not cipher or len(cipher) % BLOCK_SIZE:
        raise Unacceptable("not whole blocks")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(BLOCK_SIZE))).decryptor()
    plain = decryptor.update(cipher) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= BLOCK_SIZE or plain[-padding:] != bytes([padding]) * padding:
        raise Unacceptable("wrong padding: another key?")
    return plain[:-padding]


def check_keys(given, allowed, what):
    if not isinstance(given, dict):
        raise Unacceptable(f"{what} is not an object")
    if unknown := set(given) - allowed:
        raise Unacceptable(f"{what} has unknown keys: {', '.join(sorted(unknown))}")


def check_connection(name, connection):
    check_keys(connection, CONNECTION_KEYS, f"connection {name}")
    if ("protocol" in connection) == ("join" in connection):
        raise Unacceptable(f"connection {name} needs either a protocol or what it joins")
    parameters = connection.get("parameters", {})
    if not isinstance(parameters, dict) or not all(isinstance(v, str) for v in parameters.values()):
        raise Unacceptable(f"parameters of connection {name} are not all strings")


def open_document(data, key, now_ms):
    """The document inside; raises Unacceptable unless it is signed with `key`, well formed and not expired."""
    plain = decrypt(data, key)
    signature, text = plain[:SIGNATURE_SIZE], plain[SIGNATURE_SIZE:]
    if not hmac.compare_digest(signature, hmac.digest(key, text, "sha256")):
        raise Unacceptable("wrong signature")
    try:
        document = json.loads(text)
    except ValueError as why:
        raise Unacceptable("not JSON") from why
    check_keys(document, DOCUMENT_KEYS, "the document")
    if not isinstance(document.get("username"), str) or not isinstance(document.get("connections"), dict):
        raise Unacceptable("username and connections are needed")
    for name, connection in document["connections"].items():
        check_connection(name, connection)
    if "expires" in document and now_ms >= int(document["expires"]):
        raise Unacceptable("expired")
    return document
