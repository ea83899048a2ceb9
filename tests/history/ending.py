"""How a run ends: everything is ended, and the history is written down."""

import re
import signal

import history
from local_stack import Failed


def end_open_sessions(admin, reason):
    """Asks once for the end of whatever has not ended. All sessions that are still open."""
    answer = admin.ask("GET", "/admin/sessions?open=true&limit=200").answer
    if answer is None:
        raise Failed("the list of sessions is not answered any more")
    for row in answer["items"]:
        if row["status"] in ("pending", "active"):
            admin.ask("POST", f"/admin/sessions/{row['id']}/end", {"reason": reason})
        elif row["keeps_vm"]:
            admin.ask("DELETE", f"/sessions/{row['id']}/vm")
    return answer["items"]


def vms(stack):
    return stack.simulator.control("GET", "/state")["vms"]


def tell(directory, stack, daemon, notebook, left, foreign=(), feed=()):
    """Stops the daemon, writes the history down, and reads it again. `left`: the VMs that were there at the end;
    `foreign`: VMIDs that are somebody else's, besides templates."""
    daemon.end(signal.SIGTERM)
    berth, simulator = stack.berth, stack.simulator
    verified = re.search(r"head ([0-9a-f]{64})", berth.replay("verify").stdout)
    secrets = [*notebook.secrets, *stack.tokens.values(), *stack.passwords.values(), simulator.token_secret]
    texts = {"berthd.log": berth.log.read_text(encoding="utf-8", errors="replace"),
             "the export": berth.replay("export").stdout}
    templates = [vm["vmid"] for vm in left if vm["template"]]
    history.save(directory, notebook.operations, simulator.journal(), berth.data / "log.db", {
        "epoch": simulator.epoch(), "scale": simulator.time_scale, "foreign": [*foreign, *templates], "left": left,
        "runs": [(run.began, run.ended, run.ahead) for run in daemon.lives], "feed": list(feed),
        "verified_head": verified and verified[1], "secrets": secrets, "texts": texts})
    return history.load(directory)
