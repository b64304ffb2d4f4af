"""From an act to the wall: how long until every one of many who look at it has the picture with the act in it.

Needs a running demonstration and nothing beyond Python's own library:

    phusa demo --data D --listen 127.0.0.1:18080 --unlimited &
    python3 benches/ops/viewers.py --url http://127.0.0.1:18080 --program phusa --data D --viewers 1000 --acts 60

A citizen files, an official receives (over the API); the act is seen when the wall's figure of dossiers received today has gone up by one. The viewers
hold one connection each, as a browser does (server-sent events). They share the machine with the server: what they cost is in the figures.
Prints lines as the other benches do. The bar is one second (p99).
"""

import argparse
import asyncio
import json
import re
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from urllib.parse import urlsplit

FIGURE = re.compile(rb"Dossiers received today</dt><dd><a[^>]*>([0-9,.]+)<")
PROCEDURE = "1.013225"


def told(line: bytes):
    found = FIGURE.search(line)
    return int(found[1].replace(b",", b"").replace(b".", b"")) if found else None


class Viewer:
    def __init__(self):
        self.value = None
        self.bytes = 0
        self.changed = asyncio.Event()
        self.when = 0.0

    async def watch(self, host, port, token):
        reader, writer = await asyncio.open_connection(host, port, limit=1 << 20)
        ask = f"GET /ioc/wall/events?lang=en HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n"
        writer.write(ask.encode())
        await writer.drain()
        while line := await reader.readline():
            self.bytes += len(line)
            if not line.startswith(b"data:"):
                continue
            value = told(line)
            if value is not None and value != self.value:
                self.value, self.when = value, time.perf_counter()
                self.changed.set()
        raise SystemExit("a wall was cut off")

    async def reaches(self, value):
        while self.value is None or self.value < value:
            self.changed.clear()
            await self.changed.wait()
        return self.when


def token(options, account):
    out = subprocess.run([options.program, "token", "create", "--account", account, "--data", options.data], capture_output=True, text=True, check=True)
    return out.stdout.strip().splitlines()[-1]


def call(options, token, path, body=None):
    data = json.dumps(body).encode() if body is not None else None
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    try:
        with urllib.request.urlopen(urllib.request.Request(options.url + path, data, head), timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        raise SystemExit(f"{path}: {refused.status} {refused.read().decode()}")


def share(times, percent):
    times = sorted(times)
    return times[min(len(times) - 1, len(times) * percent // 100)]


async def main(options):
    to = urlsplit(options.url)
    leader, citizen, desk = (token(options, who) for who in ("thanh", "lan", "thu"))
    example = call(options, citizen, f"/api/v1/definitions/{PROCEDURE}")["example_request"]
    filed = [call(options, citizen, "/api/v1/cases", example)["code"] for _ in range(options.acts)]
    viewers = [Viewer() for _ in range(options.viewers)]
    tasks = [asyncio.create_task(v.watch(to.hostname, to.port, leader)) for v in viewers]
    await asyncio.wait_for(asyncio.gather(*(v.reaches(0) for v in viewers)), 60)
    # What the demonstration still works off is over before the first act.
    await asyncio.sleep(3)
    delays, last = [], []
    for code in filed:
        goal = max(v.value for v in viewers) + 1
        began = time.perf_counter()
        await asyncio.to_thread(call, options, desk, f"/api/v1/cases/{code}/acts", {"act": "receive", "input": {}})
        seen = await asyncio.wait_for(asyncio.gather(*(v.reaches(goal) for v in viewers)), 60)
        each = [(s - began) * 1000 for s in seen]
        delays += each
        last.append(max(each))
        await asyncio.sleep(options.pause)
    for task in tasks:
        task.cancel()
    p99 = share(delays, 99)
    line = {"bench": "ops", "engine": options.engine, "case": f"act to screen, {options.viewers} viewers, {options.acts} acts", "value": round(p99, 1), "unit": "ms p99",
            "peer": "limit", "peer_value": 1000, "ratio": round(1000 / p99, 2), "p50_ms": round(share(delays, 50), 1), "p99_ms": round(p99, 1), "rss_mb": None}
    print(json.dumps(line))
    print(json.dumps({**line, "case": "the same, until the last of them has it", "value": round(max(last), 1), "unit": "ms worst", "ratio": round(1000 / max(last), 2), "p50_ms": round(share(last, 50), 1)}))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--url", default="http://127.0.0.1:8080")
    p.add_argument("--program", default="phusa")
    p.add_argument("--data", default="demo-data")
    p.add_argument("--engine", default="sqlite")
    p.add_argument("--viewers", type=int, default=1000)
    p.add_argument("--acts", type=int, default=60)
    p.add_argument("--pause", type=float, default=0.5)
    asyncio.run(main(p.parse_args()))
