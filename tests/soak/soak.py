"""A lab at a multiple of its usual rate, against the real berthd and a simulated cluster: prints what berthd holds, and
fails when anything grows, when an answer is wrong, or when a session is lost.

The usual rate is that of a lab of 500 seats where everybody launches once an hour: 8.3 launches a minute."""

import argparse
import http.client
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/dev"))

import samples as sampling  # noqa: E402
from lab import Lab, percentile  # noqa: E402
from local_stack import Failed, Stack, wait_until  # noqa: E402

USUAL_RATE = 500 / 60  # launches a minute
SCALE = 4
STAY = 60  # seconds that a session is used, in the mean
LISTENERS = 5  # of each user: as many as there may be
QUOTA = 1000
SLOWEST = 1.0  # seconds that 99 of 100 answers may take, in all


def listen(port, token, leaving, broken):
    """Reads a stream of events until told to leave; each end before that is one too many."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/events", headers={"Authorization": f"Bearer {token}"})
    stream = connection.getresponse()
    try:
        while not leaving.is_set():
            if not stream.readline():
                break
    except (OSError, http.client.HTTPException):
        pass  # Counted like any other end.
    if not leaving.is_set():
        broken.append(token)
    connection.close()


def drive(stack, rate, minutes, every):
    """The lab, its samples, and how many streams of events broke."""
    berth, admin = stack.berth, stack.tokens["admin"]
    for user in (2, 3):
        berth.call("PATCH", f"/admin/users/{user}", admin, {"quota": QUOTA})
    leaving, broken = threading.Event(), []
    for login in ("ana", "ben", "vera", "admin"):
        for _ in range(LISTENERS):
            arguments = (berth.port, stack.tokens[login], leaving, broken)
            threading.Thread(target=listen, args=arguments, daemon=True).start()
    lab = Lab(berth.port, [stack.tokens["ana"], stack.tokens["ben"]], rate, STAY)
    lab.start()
    began, taken, answered = time.monotonic(), [sampling.take(0, berth, admin)], []
    print(sampling.HEADER, flush=True)
    while time.monotonic() - began < 60 * minutes:
        time.sleep(every)
        if berth.process.poll() is not None:
            raise Failed(f"berthd ended by itself with {berth.process.returncode}")
        sample = sampling.take((time.monotonic() - began) / 60, berth, admin)
        seconds = [second for route in lab.latencies.take().values() for second in route]
        answered += seconds
        print(sampling.line(taken[-1], sample, percentile(seconds, 0.5), percentile(seconds, 0.99)), flush=True)
        taken.append(sample)
    leaving.set()
    return lab, taken, answered, len(broken)


def settle(stack, lab):
    """Nobody launches any more: all that is open ends, and no VM is left."""
    lab.stop()
    wait_until("everybody to leave", lambda: not lab.inside, 60, 0.2)
    lab.end()
    wait_until("every VM to go", lambda: not stack.simulator.vms(), 300, 1)
    wait_until("every session to be closed", lambda: not stack.berth.call(
        "GET", "/admin/sessions?open=true", stack.tokens["admin"]).json["items"], 60, 0.5)
    if stack.berth.stop() != 0 or stack.berth.replay("verify").returncode != 0:
        raise Failed("the log does not verify, or berthd did not stop as it should")


def run(minutes, rate, every):
    """The number of complaints."""
    print(f"{rate:.1f} launches a minute, {rate / USUAL_RATE:.1f} times the usual rate of 500 seats; sessions are used"
          f" for {STAY} s; {4 * LISTENERS} listeners; the cluster runs {SCALE} times as fast as a real one", flush=True)
    with Stack(SCALE, desktops="json", poll_ms=1000, web=None, log_level="info") as stack:
        lab, taken, answered, broken = drive(stack, rate, minutes, every)
        settle(stack, lab)
    complaints = sampling.judge(taken, warm_up=minutes / 3)
    slowest = percentile(answered, 0.99)
    seconds = 60 * (taken[-1].minute - taken[0].minute)
    print(f"{dict(lab.outcomes)}\nanswers by status: {dict(sorted(lab.answers.items(), key=str))}\n"
          f"{broken} streams broke; {(taken[-1].position - taken[0].position) / seconds:.1f} events/s\n"
          f"answers: p50 {percentile(answered, 0.5):.4f} s, p99 {slowest:.4f} s; active after:"
          f" p50 {percentile(lab.ready, 0.5):.0f} s, p99 {percentile(lab.ready, 0.99):.0f} s")
    lost = lab.outcomes["failed"] + lab.outcomes["expired"] + lab.outcomes["never active"]
    wrong = lab.answers[None] + sum(count for status, count in lab.answers.items() if status and status >= 500)
    for bad, what in [(lost, "sessions were lost"), (wrong, "requests were not answered as they should be"),
                      (broken, "streams of events broke"), (slowest > SLOWEST, "the slowest answers are too slow")]:
        if bad:
            print(f"VIOLATED {what}: {int(bad)}")
            complaints += 1
    print(f"{complaints} complaints")
    return complaints


def main():
    parser = argparse.ArgumentParser(prog="tools/dev/soak", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30, help="how long (default 30)")
    parser.add_argument("--rate", type=float, default=10 * USUAL_RATE, help="launches a minute (default 83.3)")
    parser.add_argument("--every", type=float, default=20, help="seconds between two samples (default 20)")
    arguments = parser.parse_args()
    try:
        return 1 if run(**vars(arguments)) else 0
    except Failed as why:
        print(f"VIOLATED: {why}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
