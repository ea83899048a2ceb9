"""What a Guacamole remembers: who is signed in, and the connections and users of its database."""

import secrets
import time
import uuid

from sealed_document import Unacceptable, open_document


class Refused(Exception):
    """An answer that is not a success."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def now_ms():
    return int(time.time() * 1000)


def shown(parameters):
    """Without the secrets: of those only whether they are set."""
    return {name: "(set)" if name in ("password", "private-key", "passphrase") else value
            for name, value in parameters.items()}


class Session:
    """What a token stands for."""

    def __init__(self, username, data_source, document=None):
        self.username = username
        self.data_source = data_source
        self.document = document
        self.tunnels = []

    def has_expired(self):
        return self.document is not None and now_ms() >= int(self.document.get("expires", now_ms() + 1))


class Gateway:
    def __init__(self, json_key, data_source, account, password):
        self.json_key = bytes.fromhex(json_key)
        self.data_source = data_source
        self.account = account
        self.sessions = {}
        self.connections = {}
        self.users = {account: {"password": password, "attributes": {}, "may_read": set()}}
        self.last_identifier = 0

    # -- sessions ------------------------------------------------------------

    def sign_in(self, form):
        session = self.session_by_data(form["data"]) if "data" in form else self.session_by_password(form)
        token = secrets.token_hex(32).upper()
        self.sessions[token] = session
        return {"authToken": token, "username": session.username, "dataSource": session.data_source,
                "availableDataSources": [session.data_source]}

    def session_by_data(self, data):
        try:
            document = open_document(data, self.json_key, now_ms())
        except Unacceptable as why:
            # The real one keeps the reason to its own log, too.
            raise Refused(403, "Permission Denied.") from why
        return Session(document["username"], "json", document)

    def session_by_password(self, form):
        user = self.users.get(form.get("username"))
        if user is None or not secrets.compare_digest(user["password"], form.get("password", "")):
            raise Refused(403, "Permission Denied.")
        return Session(form["username"], self.data_source)

    def sign_out(self, token):
        if self.sessions.pop(token, None) is None:
            raise Refused(404, "No such token.")

    def session(self, token):
        if token not in self.sessions:
            raise Refused(403, "Permission Denied.")
        return self.sessions[token]

    def is_admin(self, session):
        return session.data_source == self.data_source and session.username == self.account

    # -- connections ---------------------------------------------------------

    def connections_of(self, session):
        """Whatever the session may open, by identifier."""
        if session.document is None:
            may_read = self.users.get(session.username, {"may_read": set()})["may_read"]
            return {identifier: connection for identifier, connection in self.connections.items()
                    if self.is_admin(session) or identifier in may_read}
        if session.has_expired():
            return {}
        return {name: {"identifier": name, "name": name, "parentIdentifier": "ROOT", "attributes": {},
                       "protocol": connection.get("protocol"), "parameters": connection.get("parameters", {})}
                for name, connection in session.document["connections"].items()}

    def open(self, session, data_source, identifier):
        """Opens a tunnel, as the client of the real one does."""
        connection = self.connections_of(session).get(identifier)
        if connection is None or data_source != session.data_source:
            raise Refused(404, "No such connection.")
        session.tunnels.append(str(uuid.uuid4()))
        return connection | {"parameters": shown(connection["parameters"])}

    def create_connection(self, given):
        for key in ("parentIdentifier", "name", "protocol", "parameters", "attributes"):
            if key not in given:
                raise Refused(400, f"{key} is missing")
        if any(known["name"] == given["name"] for known in self.connections.values()):
            raise Refused(400, f"The connection \"{given['name']}\" already exists.")
        self.last_identifier += 1
        identifier = str(self.last_identifier)
        self.connections[identifier] = given | {"identifier": identifier}
        return self.connections[identifier]

    def delete_connection(self, identifier):
        if self.connections.pop(identifier, None) is None:
            raise Refused(404, "No such connection.")

    # -- users ---------------------------------------------------------------

    def create_user(self, given):
        if not given.get("username") or not given.get("password"):
            raise Refused(400, "username and password are needed")
        if given["username"] in self.users:
            raise Refused(400, "The user already exists.")
        self.users[given["username"]] = {"password": given["password"], "may_read": set(),
                                         "attributes": given.get("attributes", {})}
        return {"username": given["username"], "attributes": given.get("attributes", {})}

    def delete_user(self, name):
        if self.users.pop(name, None) is None:
            raise Refused(404, "No such user.")

    def change_permissions(self, name, patches):
        if name not in self.users:
            raise Refused(404, "No such user.")
        for patch in patches:
            prefix, _, identifier = patch["path"].rpartition("/")
            if prefix != "/connectionPermissions" or patch["value"] != "READ" or identifier not in self.connections:
                raise Refused(400, "Unsupported permission.")
            change = set.add if patch["op"] == "add" else set.discard
            change(self.users[name]["may_read"], identifier)

    # -- for the control endpoint --------------------------------------------

    def state(self):
        """Everything but secrets."""
        return {
            "sessions": [{"username": session.username, "data_source": session.data_source,
                          "tunnels": len(session.tunnels), "expired": session.has_expired(),
                          "connections": [{"name": connection["name"], "protocol": connection["protocol"],
                                           "parameters": shown(connection["parameters"])}
                                          for connection in self.connections_of(session).values()]}
                         for session in self.sessions.values()],
            "connections": [{"identifier": identifier, "name": connection["name"],
                             "protocol": connection["protocol"], "parameters": shown(connection["parameters"])}
                            for identifier, connection in self.connections.items()],
            "users": sorted(self.users),
        }
