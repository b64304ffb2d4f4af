"""The acts of one procedure in SpiffWorkflow, its state saved to the same database after every act.

Prints the lines `phusa bench transitions` prints. Each act: read the saved workflow, complete one user task, and write
the state and one journal row in one durable transaction. Each client is a process of its own with a connection of its
own, so the interpreter's lock is no excuse.

usage: transitions.py [--database postgres://…] [--clients 1,8] [--cases 60]
"""

import argparse
import json
import multiprocessing
import os
import sqlite3
import tempfile
import time
import uuid

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

ACTS = ["receive", "assign", "appraise", "approve", "issue", "return"]
ANSWERS = {
    "business_name": "Hộ kinh doanh Phở Xuân Hòa", "commune": "27139",
    "business_address": "Số 45 đường Xuân Hòa, phường Xuân Hòa, thành phố Phù Sa",
    "business_lines": "5610 Nhà hàng và các dịch vụ ăn uống phục vụ lưu động\n5630 Dịch vụ phục vụ đồ uống",
    "business_capital": 150000000, "business_workers": 4, "head_name": "Lê Thị Hoa",
    "head_personal_number": "079190005678", "head_birth_date": "1990-03-20", "head_sex": "female",
    "head_residence": "Số 45 đường Xuân Hòa, phường Xuân Hòa, thành phố Phù Sa", "founded_by": "individual",
    "filed_by": "head", "phone": "0903765432", "tax_address_same": True, "tax_other_places": False,
    "tax_cash_register": True, "tax_insurance_period": "monthly",
}
TABLES = [
    "CREATE TABLE IF NOT EXISTS spiff_state (id TEXT PRIMARY KEY, version BIGINT NOT NULL, state TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS spiff_journal (id TEXT NOT NULL, version BIGINT NOT NULL, act TEXT NOT NULL, "
    "at BIGINT NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (id, version))",
]


def connect(place):
    if place.startswith("postgres"):
        import psycopg

        return psycopg.connect(place, autocommit=False), "%s"
    conn = sqlite3.connect(place, timeout=30, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = FULL")
    return conn, "?"


def begin(conn, mark):
    if mark == "?":
        conn.execute("BEGIN IMMEDIATE")


def specification():
    parser = BpmnParser()
    parser.add_bpmn_file(os.path.join(os.path.dirname(os.path.abspath(__file__)), "household_business.bpmn"))
    return parser.get_spec("household_business")


def client(place, cases, barrier, results):
    conn, mark = connect(place)
    spec, serializer = specification(), BpmnWorkflowSerializer()
    ids = []
    for _ in range(cases):
        workflow = BpmnWorkflow(spec)
        workflow.data.update(ANSWERS)
        workflow.do_engine_steps()
        ids.append(str(uuid.uuid4()))
        begin(conn, mark)
        conn.execute(f"INSERT INTO spiff_state VALUES ({mark}, {mark}, {mark})", (ids[-1], 1, serializer.serialize_json(workflow)))
        conn.commit()
    barrier.wait()
    times = []
    for case in ids:
        for act in ACTS:
            start = time.perf_counter()
            version, state = conn.execute(f"SELECT version, state FROM spiff_state WHERE id = {mark}", (case,)).fetchone()
            if mark == "%s":
                conn.commit()
            workflow = serializer.deserialize_json(state)
            task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
            assert task.task_spec.bpmn_id == act, (task.task_spec.bpmn_id, act)
            task.data.update({"reason": "Hồ sơ đủ thành phần", "by": "Phạm Thị Thu"})
            task.run()
            workflow.do_engine_steps()
            payload = json.dumps({"act": act, "by": "Phạm Thị Thu", "data": task.data}, ensure_ascii=False)
            begin(conn, mark)
            done = conn.execute(
                f"UPDATE spiff_state SET version = {mark}, state = {mark} WHERE id = {mark} AND version = {mark}",
                (version + 1, serializer.serialize_json(workflow), case, version))
            assert done.rowcount == 1
            conn.execute(f"INSERT INTO spiff_journal VALUES ({mark}, {mark}, {mark}, {mark}, {mark})",
                         (case, version + 1, act, time.time_ns() // 1000, payload))
            conn.commit()
            times.append(time.perf_counter() - start)
    results.put(times)


def measure(place, clients, cases):
    conn, _ = connect(place)
    for table in TABLES:
        conn.execute(table)
    conn.commit()
    conn.close()
    barrier, results = multiprocessing.Barrier(clients + 1), multiprocessing.Queue()
    each = max(cases // clients, 4)
    workers = [multiprocessing.Process(target=client, args=(place, each, barrier, results)) for _ in range(clients)]
    for worker in workers:
        worker.start()
    barrier.wait()
    start = time.perf_counter()
    times = sorted(t for _ in workers for t in results.get())
    took = time.perf_counter() - start
    for worker in workers:
        worker.join()
    line = {
        "bench": "transitions", "engine": "postgres" if place.startswith("postgres") else "sqlite",
        "case": f"SpiffWorkflow 3.2.0, {clients} clients", "value": round(len(times) / took, 1), "unit": "acts/s",
        "peer": None, "peer_value": None, "ratio": None,
        "p50_ms": round(times[len(times) // 2] * 1e3, 3), "p99_ms": round(times[int(len(times) * 0.99)] * 1e3, 3), "rss_mb": None,
    }
    print(json.dumps(line), flush=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--database")
    options.add_argument("--clients", default="1,8")
    options.add_argument("--cases", type=int, default=60)
    given = options.parse_args()
    for clients in map(int, given.clients.split(",")):
        with tempfile.TemporaryDirectory(dir=".") as folder:
            measure(given.database or os.path.join(folder, "spiff.db"), clients, given.cases)


if __name__ == "__main__":
    main()
