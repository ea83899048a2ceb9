"""Alerts reach a real mail server, by STARTTLS and with an account."""

import json
import pathlib
import subprocess
import tempfile
import threading
import unittest

from stack_test import StackTest, wait_until

SERVER = pathlib.Path(__file__).resolve().parents[1] / "adapters/mail/smtp_server.py"
ADMINS = ["ops@example.org", "lab@example.org"]
TIME_SCALE = 40


class MailServer:
    """aiosmtpd in a process of its own, and the mails it has taken."""

    def __init__(self, directory):
        self.process = subprocess.Popen(
            ["/usr/bin/python3", "-B", SERVER, directory, "--account", "berth:open sesame"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.mails = []
        self.reader = threading.Thread(target=lambda: self.mails.extend(map(json.loads, self.process.stdout)))
        self.reader.start()
        password = pathlib.Path(directory) / "mail-password"
        password.write_text("open sesame", encoding="utf-8")
        self.settings = f"""
[mail]
url = "smtp://127.0.0.1:{self.ready["port"]}"
ca_file = "{self.ready["certificate"]}"
user = "berth"
password_file = "{password}"
from = "berth@example.org"
to = {json.dumps(ADMINS)}
"""

    def stop(self):
        self.process.stdin.close()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()


class MailStackTest(StackTest):
    """A stack with a mail server; one per class, because mails are minutes apart."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="berth-mail-")
        cls.addClassCleanup(directory.cleanup)
        cls.server = MailServer(directory.name)
        cls.addClassCleanup(cls.server.stop)
        cls.STACK = {"time_scale": TIME_SCALE, "poll_ms": 100, "more": cls.server.settings}
        super().setUpClass()

    def types(self):
        return [item["type"] for item in self.must(200, "GET", "/admin/audit?limit=100", "admin").json["items"]]

    def refuse_clones(self, count):
        self.stack.simulator.control("POST", "/faults", {
            "kind": "status", "method": "POST", "path_contains": "/clone", "count": count, "status": 400,
            "reason": "Parameter verification failed."})

    def wait_for_mail(self):
        wait_until("the mail to be recorded", lambda: self.types().count("alerts_mailed") == 1, 30)

    def only_mail(self):
        """The one that was sent, which must be from Berth to the admins."""
        self.assertEqual(len(self.server.mails), 1)
        mail = self.server.mails[0]
        self.assertEqual((mail["sender"], sorted(mail["recipients"])), ("berth@example.org", sorted(ADMINS)))
        self.assertTrue(mail["by_tls"])
        self.assertEqual(mail["user"], "berth")
        return mail


class OneFailureTest(MailStackTest):
    def measured_uptime(self):
        """Of a node in simulated seconds, as berthd knows it; 0 before the first measurement."""
        return self.must(200, "GET", "/admin/nodes", "admin").json["items"][0]["uptime_seconds"] or 0

    def test_a_failure_is_mailed_once_and_not_again_after_a_restart(self):
        self.refuse_clones(1)
        failed = self.launch("ana")
        self.wait_for(failed, "failed")
        self.wait_for_mail()
        mail = self.only_mail()
        self.assertEqual(mail["headers"]["subject"], f"Berth: session {failed} failed")
        facts = dict(line.split(":", 1) for line in mail["text"].splitlines() if ":" in line)
        owner = self.must(200, "GET", "/me", "ana").json["id"]
        self.assertEqual([facts[name].strip() for name in ("session", "owner", "template")],
                         [failed, f"user {owner}", "Ubuntu 22.04"])
        self.assertIn("Parameter verification failed", facts["reason"])

        self.assertEqual(self.berth.stop(), 0)
        self.berth.start()
        began = wait_until("a measurement", self.measured_uptime)
        # Longer than alerts gather, by what the new process itself has seen of the time.
        wait_until("berthd to have run for a while", lambda: self.measured_uptime() > began + 14 * TIME_SCALE)
        self.only_mail()
        self.assertEqual([self.types().count(name) for name in ("alert_raised", "alerts_mailed")], [1, 1])


class DigestTest(MailStackTest):
    def test_failures_come_in_one_mail_even_when_the_daemon_dies_before_it_is_due(self):
        self.refuse_clones(2)
        failed = [self.launch("ana"), self.launch("ben")]
        for session, owner in zip(failed, ["ana", "ben"]):
            self.wait_for(session, "failed", owner)
        wait_until("both alerts to be in the log", lambda: self.types().count("alert_raised") == 2)
        self.assertEqual(self.server.mails, [], "alerts gather for a while")
        self.berth.kill()
        self.berth.start()
        self.wait_for_mail()
        mail = self.only_mail()
        self.assertIn("2 alerts", mail["headers"]["subject"])
        for words in [*failed, "user 2", "user 3", "Ubuntu 22.04", "Parameter verification failed"]:
            self.assertIn(words, mail["text"])


if __name__ == "__main__":
    unittest.main()
