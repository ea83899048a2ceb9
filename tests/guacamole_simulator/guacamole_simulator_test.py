"""The simulated Guacamole, called as the real one is. Seals documents by the openssl command, unlike its own code."""

import base64
import http.client
import json
import subprocess
import sys
import time
import unittest
import urllib.parse

SIMULATOR = sys.argv.pop(1)
KEY = "4C0B569E4C96DF157EEE1B65DD0E4D41"
VECTOR = (
    "OtN1imZj2Qlu05fK6yisbRm20csCzmbDnGxwHJnUAGnMRrYLVKo9BviY9iWFIZwtgV0oowJe7TlEC4RrlD7ukYnlqVPhemJEXe213Ja4SV7jkVdA"
    "9TLVNGdq6CJ9nsOkEWPBvEvERMtI2NPJhn9pZnE7xudMNcIznUJrPukNGA2FQwZipyRXEKqw2bQ5AGLwzcLiG8MBawe/J49NsM1O00sbmHgsx66u"
    "X/fLq7n0gdpcI7HAyAfUUWSJn9Jp1432lpl/CxHulu9N+Ll5IjWxxL0pQnY6WJFzWlypizT0UGc=")


def openssl(arguments, given):
    return subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=True).stdout


def seal(document, key=KEY):
    text = json.dumps(document).encode()
    signature = openssl(["dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"], text)
    cipher = openssl(["enc", "-aes-128-cbc", "-K", key, "-iv", "0" * 32], signature + text)
    return base64.b64encode(cipher).decode()


def document(expires_in=3600, **more):
    return {"username": "", "expires": int((time.time() + expires_in) * 1000),
            "connections": {"s-1": {"protocol": "rdp",
                                    "parameters": {"hostname": "10.0.0.5", "password": "hidden"}}}} | more


def client(identifier, data_source):
    return base64.urlsafe_b64encode(f"{identifier}\0c\0{data_source}".encode()).decode().rstrip("=")


class GuacamoleSimulatorTest(unittest.TestCase):
    def setUp(self):
        self.process = subprocess.Popen([sys.executable, "-B", SIMULATOR, "--json-key", KEY, "--password", "secret"],
                                        stdout=subprocess.PIPE, text=True)
        self.url = urllib.parse.urlsplit(json.loads(self.process.stdout.readline())["url"])

    def tearDown(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def call(self, method, path, body=None, token=None):
        """Status and JSON of the answer."""
        connection = http.client.HTTPConnection(self.url.netloc, timeout=30)
        try:
            connection.request(method, path, body, {"Guacamole-Token": token} if token else {})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        finally:
            connection.close()

    def sign_in(self, **form):
        status, answer = self.call("POST", "/guacamole/api/tokens", urllib.parse.urlencode(form))
        return status, answer.get("authToken")

    def data(self, method, path, body=None, token=None):
        return self.call(method, "/guacamole/api/session/data/postgresql/" + path,
                         None if body is None else json.dumps(body), token)

    def state(self):
        return self.call("GET", "/control/state")[1]

    def test_a_sealed_document_signs_in_and_opens_its_connection(self):
        status, token = self.sign_in(data=seal(document()))
        self.assertEqual(status, 200)
        path = f"/guacamole/simulated/tunnel?client={client('s-1', 'json')}"
        status, connection = self.call("POST", path, token=token)
        self.assertEqual((status, connection["protocol"]), (200, "rdp"))
        self.assertEqual(connection["parameters"], {"hostname": "10.0.0.5", "password": "(set)"})
        self.assertEqual(len(self.call("GET", "/guacamole/api/session/tunnels", token=token)[1]), 1)

    def test_a_document_is_refused_unless_all_of_it_is_right(self):
        wrong = {
            "another key": seal(document(), "0" * 32),
            "expired": seal(document(expires_in=-1)),
            "the vector, of long ago": VECTOR,
            "unknown key": seal(document(color="red")),
            "number for a parameter": seal(document(connections={"s": {"protocol": "rdp", "parameters": {"port": 1}}})),
            "no protocol": seal(document(connections={"s": {}})),
            "cut off": seal(document())[:-4],
            "nothing": "",
        }
        for name, data in wrong.items():
            with self.subTest(name):
                self.assertEqual(self.sign_in(data=data)[0], 403)

    def test_a_connection_cannot_be_opened_after_it_has_expired(self):
        _, token = self.sign_in(data=seal(document(expires_in=0.3)))
        deadline = time.monotonic() + 10
        while not self.state()["sessions"][0]["expired"]:
            self.assertLess(time.monotonic(), deadline)
        path = f"/guacamole/simulated/tunnel?client={client('s-1', 'json')}"
        self.assertEqual(self.call("POST", path, token=token)[0], 404)

    def test_a_link_leads_to_a_page(self):
        connection = http.client.HTTPConnection(self.url.netloc, timeout=30)
        connection.request("GET", "/guacamole/")
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, "text/html"))
        self.assertIn(b"<title>Simulated desktop</title>", answer.read())
        connection.close()

    def test_a_token_ends_once(self):
        _, token = self.sign_in(data=seal(document()))
        self.assertEqual(self.call("DELETE", f"/guacamole/api/tokens/{token}")[0], 204)
        self.assertEqual(self.call("DELETE", f"/guacamole/api/tokens/{token}")[0], 404)
        self.assertEqual(self.call("GET", "/guacamole/api/session/tunnels", token=token)[0], 403)

    def test_a_user_of_the_database_opens_what_was_granted(self):
        _, admin = self.sign_in(username="guacadmin", password="secret")
        connection = {"parentIdentifier": "ROOT", "name": "one", "protocol": "vnc", "parameters": {}, "attributes": {}}
        identifier = self.data("POST", "connections", connection, admin)[1]["identifier"]
        self.data("POST", "users", {"username": "u", "password": "p", "attributes": {}}, admin)
        _, token = self.sign_in(username="u", password="p")
        self.assertEqual(self.data("GET", "connections", token=token), (200, {}))
        grant = [{"op": "add", "path": f"/connectionPermissions/{identifier}", "value": "READ"}]
        self.assertEqual(self.data("PATCH", "users/u/permissions", grant, token)[0], 403)
        self.assertEqual(self.data("PATCH", "users/u/permissions", grant, admin)[0], 204)
        self.assertEqual(list(self.data("GET", "connections", token=token)[1]), [identifier])
        self.assertEqual(self.data("DELETE", f"connections/{identifier}", token=admin)[0], 204)
        self.assertEqual(self.data("DELETE", "users/u", token=admin)[0], 204)
        self.assertEqual(self.sign_in(username="u", password="p")[0], 403)

    def test_faults_come_and_go(self):
        self.call("POST", "/control/fault", json.dumps({"mode": "refuse", "count": 1}))
        self.assertEqual(self.sign_in(data=seal(document()))[0], 403)
        self.assertEqual(self.sign_in(data=seal(document()))[0], 200)
        self.call("POST", "/control/fault", json.dumps({"mode": "down"}))
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.sign_in(data=seal(document()))
        self.call("POST", "/control/fault", json.dumps({"mode": "none"}))
        self.assertEqual(self.sign_in(data=seal(document()))[0], 200)

    def test_the_control_endpoint_shows_no_secret(self):
        _, token = self.sign_in(data=seal(document()))
        self.call("DELETE", f"/guacamole/api/tokens/{token}")
        self.sign_in(data=seal(document()))
        shown = json.dumps(self.state())
        self.assertNotIn("hidden", shown)
        self.assertNotIn(token, shown)
        self.assertIn("10.0.0.5", shown)


if __name__ == "__main__":
    unittest.main()
