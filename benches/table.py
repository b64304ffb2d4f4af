"""Writes the JSON lines of the benches as a Markdown table."""

import json
import sys


def number(v):
    if v is None:
        return ""
    return f"{v:,.0f}" if abs(v) >= 100 else f"{v:,.2f}"


rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8") if line.startswith("{")]
print("| bench | engine | case | value | unit | peer | peer value | ratio | p50 ms | p99 ms | RSS MB |")
print("|---|---|---|--:|---|---|--:|--:|--:|--:|--:|")
for r in rows:
    cells = [r["bench"], r["engine"], r["case"], number(r["value"]), r["unit"], r["peer"] or ""]
    cells += [number(r[k]) for k in ("peer_value", "ratio", "p50_ms", "p99_ms", "rss_mb")]
    print("| " + " | ".join(cells) + " |")
