"""A pretend buyer for the tests: a process of its own, real HTTP on a free port, requests kept in a file.

    python tests/pretend_buyer.py LOG

Prints its port. A path's first word says how it behaves: /accept /refuse /hang /slow /reset /garbage
/status/503 /busy/SECONDS /flaky/NAME (503 once, then accepts) /wavering/NAME (503 once, then refuses).
LOG gets one JSON object a request, before its answer.
"""

import json
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LOG = Path(sys.argv[1])
ANSWERS = {
    "accept": (200, {"status": "ok", "id": "ref-1"}),
    "refuse": (200, {"status": "no", "message": "we have this person"}),
    "wavering": (200, {"status": "no", "message": "never heard of it"}),
    "slow": (200, {"status": "ok"}),
    "hang": (200, {"status": "ok"}),
    "notify": (204, {}),
}
lock = threading.Lock()
seen: set[str] = set()


class Buyer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wish = "1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        entry = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}
        with lock, LOG.open("a") as log:
            log.write(json.dumps(entry) + "\n")
        behaviour, _, rest = self.path.strip("/").partition("/")
        if behaviour == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        if behaviour in {"slow", "hang"}:
            time.sleep({"slow": 0.4, "hang": 30}[behaviour])
        self.answer(*self.decide(behaviour, rest))

    def decide(self, behaviour: str, rest: str) -> tuple[int, str]:
        if behaviour == "status":
            return int(rest.partition("/")[0]), "{}"
        if behaviour == "busy":
            self.wish = rest
            return 429, "{}"
        if behaviour == "garbage":
            return 200, "<html><body>Bad gateway</body>"
        if behaviour in {"flaky", "wavering"} and rest not in seen:
            seen.add(rest)
            return 503, "{}"
        status, answer = ANSWERS.get(behaviour, ANSWERS["accept"])
        return status, json.dumps(answer)

    def answer(self, status: int, text: str) -> None:
        body = b"" if status == 204 else text.encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if status == 429:
                self.send_header("Retry-After", self.wish)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Buyer)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()
