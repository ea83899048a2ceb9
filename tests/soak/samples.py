"""What a running berthd holds, sampled: memory, descriptors, threads, queues and log; and whether it stays level."""

import dataclasses
import pathlib
import re
import statistics

from local_stack import call

MIB = 1024 * 1024


@dataclasses.dataclass(frozen=True)
class Sample:
    minute: float
    rss: float  # MiB
    descriptors: int
    threads: int
    cpu: float  # seconds since its start
    wal: float  # MiB, of the log's write-ahead log
    pending: int  # appends
    in_flight: int  # requests
    connections: int
    streams: int
    actors: int
    sessions: int  # that are not closed
    active: int  # of these; at rest, without an actor
    position: int  # of the log


def metric(text, name):
    """Of a name with labels that series, else the sum over all labels."""
    labels = "" if "{" in name else "(?:{[^}]*})?"
    return sum(float(value) for value in re.findall(rf"(?m)^{re.escape(name)}{labels} (\S+)$", text))


def take(minute, berth, token):
    process = pathlib.Path("/proc") / str(berth.process.pid)
    status = (process / "status").read_text(encoding="utf-8")
    fields = (process / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    metrics = call(berth.port, "GET", "/metrics", headers={"Authorization": f"Bearer {token}"}).text
    wal = berth.data / "log.db-wal"
    whole = {field: int(metric(metrics, name)) for field, name in {
        "pending": "berth_pending_appends", "in_flight": "berth_http_requests_in_flight",
        "connections": "berth_connections", "streams": "berth_event_streams", "actors": "berth_actors",
        "sessions": "berth_sessions", "active": 'berth_sessions{status="active"}', "position": "berth_log_position"}.items()}
    return Sample(minute, int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024, len(list((process / "fd").iterdir())),
                  int(re.search(r"Threads:\s+(\d+)", status)[1]), (int(fields[11]) + int(fields[12])) / 100,
                  wal.stat().st_size / MIB if wal.exists() else 0.0, **whole)


HEADER = ("   min   rss MiB   fds  threads  cpu %  wal MiB  pending  in flight  conns  streams  actors  sessions"
          "  events/s   p50 ms   p99 ms")


def line(before, sample, p50, p99):
    seconds = max(1e-9, 60 * (sample.minute - before.minute))
    cpu = 100 * (sample.cpu - before.cpu) / seconds
    events = (sample.position - before.position) / seconds
    return (f"{sample.minute:6.1f}  {sample.rss:8.1f}  {sample.descriptors:4}  {sample.threads:7}  {cpu:5.1f}"
            f"  {sample.wal:7.2f}  {sample.pending:7}  {sample.in_flight:9}  {sample.connections:5}  {sample.streams:7}"
            f"  {sample.actors:6}  {sample.sessions:8}  {events:8.1f}  {p50 * 1000:7.1f}  {p99 * 1000:7.1f}")


def slope_per_hour(samples, of):
    """By least squares."""
    if len(samples) < 2:
        return 0.0
    return 60 * statistics.linear_regression([sample.minute for sample in samples], list(map(of, samples))).slope


# What must stay level after warming up: its name, how it is read, and the most that it may grow in an hour. Descriptors
# and actors are counted without those that belong to connections and sessions at work, which come and go with the load.
LEVELS = [
    ("memory, MiB", lambda sample: sample.rss, 8.0),
    ("descriptors beside connections", lambda sample: sample.descriptors - sample.connections, 2.0),
    ("threads", lambda sample: sample.threads, 0.5),
    ("actors beside sessions", lambda sample: sample.actors - (sample.sessions - sample.active) - sample.streams, 4.0),
    ("appends that wait", lambda sample: sample.pending, 2.0),
    ("requests in flight", lambda sample: sample.in_flight, 2.0),
    ("write-ahead log, MiB", lambda sample: sample.wal, 4.0),
]


def judge(samples, warm_up):
    """Prints each slope after `warm_up` minutes. The number of those that are too steep."""
    warm = [sample for sample in samples if sample.minute >= warm_up]
    steep = 0
    for name, of, limit in LEVELS:
        slope = slope_per_hour(warm, of)
        steep += slope > limit
        print(f"{'VIOLATED ' if slope > limit else ''}{name}: {of(warm[0]):.1f} to {of(warm[-1]):.1f},"
              f" {slope:+.2f} per hour, {limit:g} allowed")
    return steep
