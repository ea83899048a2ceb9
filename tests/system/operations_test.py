"""What operators do: scrape metrics, back up, change the log level, serve TLS."""

import json
import pathlib
import re
import signal
import ssl
import subprocess
import unittest
import urllib.request

from stack_test import StackTest, wait_until

from local_stack import Stack


def samples(text):
    """{name{labels}: value} of an exposition."""
    return {key: float(value) for key, value in
            re.findall(r"^(\w+(?:\{.*\})?) ([-+.\deE]+|NaN)$", text, re.MULTILINE)}


class OperationsTest(StackTest):
    STACK = {"time_scale": 20, "poll_ms": 1000}

    def scrape(self):
        return samples(self.must(200, "GET", "/metrics", "vera").text)

    def test_metrics_count_what_was_launched_and_how_long_it_took(self):
        before = self.scrape()
        session = self.launch()
        self.wait_for(session, "active")
        wait_until("the metrics to follow", lambda: self.scrape().get('berth_sessions{status="active"}') == 1)
        now = self.scrape()
        for counter in ('berth_launches_total{template="2"}', 'berth_time_to_active_seconds_count{template="2"}'):
            self.assertEqual(now[counter], before.get(counter, 0) + 1)
        self.assertGreater(now["berth_append_seconds_count"], 0)
        self.assertEqual(sum(value for key, value in now.items() if key.startswith("berth_node_online")), 7)
        self.end(session)
        wait_until("the session to be closed", lambda: self.scrape()['berth_sessions{status="active"}'] == 0)

    def test_every_call_that_is_measured_reached_the_simulator_and_no_other_proxmox(self):
        """The meter sits below all callers, so a call to anything else would be one too many here."""
        def calls():
            return sum(value for key, value in self.scrape().items()
                       if key.startswith("berth_proxmox_calls_total"))

        def agree():
            measured, arrived = calls(), len(self.stack.simulator.requests())
            return measured > 0 and measured == arrived

        session = self.launch()
        self.wait_for(session, "active")
        self.end(session)
        wait_until("no session to be left", lambda: not self.stack.simulator.vms())
        wait_until("both counts to agree", agree)

    def test_metrics_need_somebody_who_may_see_everything(self):
        self.must(403, "GET", "/metrics", "ana")
        self.must(401, "GET", "/metrics")

    def test_a_backup_of_the_running_daemon_verifies_and_replays(self):
        session = self.launch()
        copy = pathlib.Path(self.stack.directory.name) / "copy"
        done = self.berth.run("backup", copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        verified = subprocess.run([self.berth.build / "tools/replay/berth-replay", "--data", copy, "verify"],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        head = re.search(r"head ([0-9a-f]{64})", done.stdout).group(1)
        self.assertIn(head, verified.stdout)
        shown = subprocess.run([self.berth.build / "tools/replay/berth-replay", "--data", copy, "show", session],
                               capture_output=True, text=True, check=False)
        self.assertIn("asked for an ephemeral session", shown.stdout)
        again = self.berth.run("backup", copy)
        self.assertEqual(again.returncode, 1)
        self.assertIn("copy", again.stderr)
        self.end(session)

    def test_hangup_takes_the_log_level_anew(self):
        def set_level(level):
            text = self.berth.config.read_text(encoding="utf-8")
            self.berth.config.write_text(re.sub(r'level = "\w+"', f'level = "{level}"', text), encoding="utf-8")
            self.berth.process.send_signal(signal.SIGHUP)

        def log():
            return self.berth.log.read_text(encoding="utf-8")

        self.assertNotIn("level=debug", log())
        set_level("debug")
        wait_until("a line of debugging", lambda: self.call("GET", "/me", "ana") and "level=debug" in log())
        set_level("nonsense")
        wait_until("the refusal of nonsense", lambda: "the log level stays" in log())
        set_level("info")
        wait_until("the level to be taken", lambda: log().count("took the log level anew") == 2)

    def test_check_config_names_the_fault(self):
        self.assertEqual(self.berth.run("check-config").returncode, 0)
        wrong = pathlib.Path(self.stack.directory.name) / "wrong.toml"
        wrong.write_text(self.berth.config.read_text(encoding="utf-8") + "\n[nodes2]\n", encoding="utf-8")
        done = subprocess.run([self.berth.build / "tools/berthd/berthd", "--config", wrong, "check-config"],
                              env=self.berth.environment, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("nodes2", done.stderr)

    def test_no_secret_is_in_the_log(self):
        log = self.berth.log.read_text(encoding="utf-8")
        for secret in [*self.stack.tokens.values(), *self.stack.passwords.values(),
                       self.stack.simulator.token_secret]:
            self.assertNotIn(secret, log)


class TlsTest(unittest.TestCase):
    def test_berth_serves_tls_itself(self):
        with Stack(time_scale=20) as stack:
            directory = pathlib.Path(stack.directory.name)
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                            "-nodes", "-keyout", directory / "key.pem", "-out", directory / "cert.pem", "-days", "1",
                            "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
                           check=True, capture_output=True)
            stack.berth.stop()
            text = stack.berth.config.read_text(encoding="utf-8")
            stack.berth.config.write_text(text.replace(
                "[server]", f'[server]\ntls_certificate = "{directory}/cert.pem"\ntls_key = "{directory}/key.pem"'),
                encoding="utf-8")
            trusted = ssl.create_default_context(cafile=str(directory / "cert.pem"))

            def ready():
                try:
                    with urllib.request.urlopen(f"https://127.0.0.1:{stack.berth.port}/readyz",
                                                context=trusted, timeout=5) as answer:
                        return json.load(answer)["status"] == "ready"
                except OSError:
                    return False

            stack.berth.ready = ready
            stack.berth.start()
            request = urllib.request.Request(f"https://127.0.0.1:{stack.berth.port}/me",
                                             headers={"Authorization": f"Bearer {stack.tokens['ana']}"})
            with urllib.request.urlopen(request, context=trusted, timeout=5) as answer:
                self.assertEqual(json.load(answer)["login"], "ana")


if __name__ == "__main__":
    unittest.main()
