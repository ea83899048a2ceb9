"""Serves Berth over a simulated cluster, or (--check) does the main job once and says what happened."""

import argparse
import re
import signal
import sys

from local_stack import Failed, Stack, call, wait_until


def serve(arguments):
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Stack(arguments.time_scale, desktops="json", port=arguments.port, poll_ms=5000) as stack:
        print(f"Berth:     http://127.0.0.1:{stack.berth.port}, its API at /api/docs")
        for login, password in stack.passwords.items():
            print(f"sign in:   {login:6} password {password}, or bearer token {stack.tokens[login]}")
        print(f"Proxmox:   simulated, 7 nodes, at https://127.0.0.1:{stack.simulator.port},"
              f" faults at http://127.0.0.1:{stack.simulator.control_port}")
        print(f"Guacamole: simulated, at {stack.guacamole.url}")
        print(f"history:   build/tools/replay/berth-replay --data {stack.berth.data} list")
        print("\nCtrl-C stops everything.", flush=True)
        try:
            stack.berth.process.wait()
            raise Failed("berthd ended: " + stack.berth.log.read_text(encoding="utf-8")[-2000:])
        except KeyboardInterrupt:
            return 0


def expect(answer, status):
    if answer.status != status:
        raise Failed(f"expected status {status}, got {answer.status}: {answer.text}")
    return answer


def sign_in(stack, login):
    """As a program does that knows a password: with the cookie, a bearer token of its own."""
    call = stack.berth.call
    signed_in = expect(call("POST", "/auth/sign-in", None,
                            {"login": login, "password": stack.passwords[login]}), 200)
    cookie = signed_in.headers["Set-Cookie"].split(";")[0]
    return expect(call("POST", "/me/tokens", None, {"label": "check"},
                       {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}), 201).json["token"]


def open_desktop(stack, path, token):
    link = expect(stack.berth.call("GET", f"{path}/desktop", token), 303).headers["Location"]
    if not link.startswith(stack.guacamole.url):
        raise Failed(f"the desktop link leads elsewhere: {link}")
    connected = stack.guacamole.connect(link)
    if connected.status != 200:
        raise Failed(f"Guacamole refuses the desktop link: {connected.status} {connected.text}")
    return connected.json


def look_at_page(stack):
    """As a browser that goes to the address."""
    page = expect(call(stack.berth.port, "GET", "/", headers={"Accept": "text/html"}), 200)
    script = re.search(r'<script type="module"[^>]* src="([^"]+)"', page.text)
    if not script:
        raise Failed(f"the page loads no program: {page.text}")
    expect(call(stack.berth.port, "GET", script[1]), 200)
    print("the web application is served")


def check():
    with Stack(time_scale=10, desktops="json") as stack:
        if stack.berth.web:
            look_at_page(stack)
        berth, token = stack.berth, sign_in(stack, "ana")
        templates = expect(berth.call("GET", "/templates", token), 200).json["items"]
        ubuntu = next(t for t in templates if t["os_type"] == "linux")
        print(f"signed in as ana, {len(templates)} templates to pick from")
        launched = expect(berth.call("POST", "/sessions", token,
                                     {"template_id": ubuntu["id"], "duration_minutes": 30}), 201)
        path = launched.headers["Location"]
        session = launched.json
        print(f"launched {ubuntu['name']} on {session['node_name']}: session {session['id']}")
        wait_until("the session to be active",
                   lambda: expect(berth.call("GET", path, token), 200).json["status"] == "active", 120)
        running = [vm for vm in stack.simulator.vms() if vm["running"]]
        if len(running) != 1:
            raise Failed(f"expected one running VM, found {running}")
        print(f"active: {running[0]['name']} runs on {running[0]['node']}")
        desktop = open_desktop(stack, path, token)
        print(f"its desktop opens: {desktop['protocol']} to {desktop['parameters']['hostname']}")
        expect(berth.call("DELETE", path, token), 204)
        wait_until("the VM to be gone", lambda: not stack.simulator.vms(), 120)
        wait_until("the session to be closed", lambda: expect(
            berth.call("GET", path, token), 200).json["provisioning_step"] == "closed", 120)
        print("ended, and its VM is gone\n")
        for command in (["show", session["id"]], ["verify"]):
            done = berth.replay(*command)
            print(done.stdout, end="")
            if done.returncode != 0:
                raise Failed(f"berth-replay {command[0]}: {done.stderr}")
        if berth.stop() != 0:
            raise Failed("berthd did not stop cleanly")
    print("\ncheck: all of it worked")
    return 0


def main():
    parser = argparse.ArgumentParser(prog="tools/run", description=__doc__)
    parser.add_argument("--check", action="store_true", help="do the main job once and exit")
    parser.add_argument("--port", type=int, default=8080, help="where Berth listens (default 8080)")
    parser.add_argument("--time-scale", type=float, default=1, help="how much faster the cluster runs")
    arguments = parser.parse_args()
    try:
        return check() if arguments.check else serve(arguments)
    except Failed as why:
        print(f"tools/run: {why}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
