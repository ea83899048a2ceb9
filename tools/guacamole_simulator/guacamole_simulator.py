#!/usr/bin/env python3
"""Acts as Apache Guacamole with the extension auth-json and a database, for demonstrations and tests.

Prints one line of JSON when it is ready: where it is, and the secrets to sign in with. Keeps everything in memory.
"""

import argparse
import json
import re
import secrets
import signal
import sys

from gateway import Gateway
from wire import BASE, Server


def json_key(text):
    if not re.fullmatch("[0-9a-fA-F]{32}", text):
        raise argparse.ArgumentTypeError("must be 32 hex digits")
    return text


def address(text):
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise argparse.ArgumentTypeError("must be ADDRESS:PORT")
    return host, int(port)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listen", type=address, default=("127.0.0.1", 0), metavar="ADDRESS:PORT",
                        help="port 0 takes a free one (default: 127.0.0.1:0)")
    parser.add_argument("--json-key", type=json_key, default=secrets.token_hex(16), metavar="HEX",
                        help="the json-secret-key, 32 hex digits (default: random)")
    parser.add_argument("--data-source", default="postgresql", help="of the database (default: postgresql)")
    parser.add_argument("--account", default="guacadmin", help="of the database (default: guacadmin)")
    parser.add_argument("--password", default=secrets.token_urlsafe(16), help="of the account (default: random)")
    return parser.parse_args()


def main():
    given = parse_arguments()
    server = Server(given.listen, Gateway(given.json_key, given.data_source, given.account, given.password))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    host, port = server.server_address[:2]
    print(json.dumps({"url": f"http://{host}:{port}{BASE}", "control": f"http://{host}:{port}/control",
                      "json_key": given.json_key, "data_source": given.data_source, "account": given.account,
                      "password": given.password}), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
