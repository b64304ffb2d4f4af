#!/usr/bin/env python3
"""Index 766 recomputed from an exported journal, by nobody's code but this file's.

    phusa journal export --data DATA --to journal.jsonl
    python3 tests/index766/recompute.py journal.jsonl --at 2026-11-23T08:30:00+07:00 --period 2026-11 --of province

Reads the entries one by one and counts dossier by dossier, as the domain page has the rules of Decision 766/QĐ-TTg; no table, sum or
function of the program is used. Prints one JSON object a question: numerators, denominators, ratios and points as exact decimal texts.
Python 3.9 or newer, standard library only.
"""
import argparse
import json
import sys
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

VIETNAM = timezone(timedelta(hours=7))
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def micros(text):
    """Microseconds since 1970 of an RFC 3339 instant."""
    base, zone = text[:-6], text[-6:]
    if text.endswith("Z"):
        base, zone = text[:-1], "+00:00"
    whole, _, part = base.partition(".")
    moment = datetime.fromisoformat(whole + zone)
    return int((moment - EPOCH).total_seconds()) * 1_000_000 + int((part + "000000")[:6])


def local(us):
    return (EPOCH + timedelta(microseconds=us)).astimezone(VIETNAM)


def midnight(day):
    return micros(f"{day.isoformat()}T00:00:00+07:00")


def half_up(value):
    """A fraction to a whole number, half away from zero."""
    sign = -1 if value < 0 else 1
    value = abs(value)
    return sign * ((2 * value.numerator + value.denominator) // (2 * value.denominator))


def hundredths(n):
    sign = "-" if n < 0 else ""
    return f"{sign}{abs(n) // 100}.{abs(n) % 100:02d}"


# ---------------------------------------------------------------------------------------------------------------- the rules
class Calendar:
    def __init__(self, line):
        if line["last_hour_rule"]:
            sys.exit(f"calendar {line['code']} has a last-hour rule, which this script does not know")
        self.open = [(micros(a), micros(b)) for a, b in line["open"]]
        self.days = {}
        for a, b in self.open:
            self.days.setdefault(local(a).date(), []).append((a, b))

    def works(self, day):
        return day in self.days

    def after(self, start, seconds):
        """The instant after so much open time; an amount that ends as the office opens ends where it closed before."""
        left = seconds * 1_000_000
        for a, b in self.open:
            if b <= start:
                continue
            begin = max(a, start)
            if b - begin >= left:
                return begin + left
            left -= b - begin
        return None

    def closing(self, day):
        for _ in range(400):
            if day in self.days:
                return self.days[day][-1][1]
            day += timedelta(days=1)
        return None

    def due(self, start, span):
        if span.endswith("wd"):
            return self.after(start, int(Fraction(span[:-2]) * 8 * 3600))
        if span.endswith("h"):
            return self.after(start, int(Fraction(span[:-1]) * 3600))
        if span.endswith("m"):
            return self.after(start, int(span[:-1]) * 60)
        today = local(start).date()
        if span.endswith("d"):
            end = self.closing(today + timedelta(days=int(span[:-1])))
            return end if end is None or end >= start else self.closing(today + timedelta(days=1))
        if span.startswith("same-day before "):
            hour, minute = span.rsplit(" ", 1)[1].split(":")
            now = local(start)
            last = self.days.get(today, [(0, 0)])[-1][1]
            early = (now.hour, now.minute) < (int(hour), int(minute)) and start < last
            return self.closing(today if early else today + timedelta(days=1))
        sys.exit(f"unknown span {span}")

    def working_days(self, after, before):
        n, day = 0, after + timedelta(days=1)
        while day < before:
            n += self.works(day)
            day += timedelta(days=1)
        return n


class Period:
    def __init__(self, text):
        self.text = text
        year = int(text[:4])
        if len(text) == 4:
            first, n, self.parts = 1, 12, 1
        elif text[5] == "Q":
            first, n, self.parts = int(text[6]) * 3 - 2, 3, 4
        else:
            first, n, self.parts = int(text[5:]), 1, 12
        end = first + n
        self.first = date(year, first, 1)
        self.after = date(year + 1, 1, 1) if end == 13 else date(year, end, 1)
        self.begins, self.ends = midnight(self.first), midnight(self.after)

    def holds(self, us):
        return us is not None and self.begins <= us < self.ends

    def last_year(self):
        return Period(str(self.first.year - 1))


# ------------------------------------------------------------------------------------------------------------- one dossier
class Dossier:
    """All events of one stream, then judged; nothing is kept from one event to the next but the list."""

    def __init__(self, stream):
        self.stream, self.events = stream, []

    def changes(self, upto=None):
        for i, e in enumerate(self.events):
            if upto is not None and i > upto:
                return
            for c in e["changes"]:
                yield i, micros(e["at"]), e["act"], c

    def judge(self, world):
        filed = self.events[0]["changes"][0]
        self.definition, self.version = filed["definition"], filed["version"]
        self.decides, self.received = filed["offices"]["decides"], filed["offices"]["received"]
        self.channel = filed["channel"]
        self.assisted = bool(filed.get("people", {}).get("assisted_by"))
        self.filed_at = micros(self.events[0]["at"])
        d = world.definitions[(self.definition, self.version)]
        states = d["states"]
        moves = [(i, at, states[c["to"]]["national"] or 4) for i, at, _, c in self.changes() if c["change"] == "moved" and c["track"] == "handling"]
        self.official = None
        for _, _, _, c in self.changes():
            if c["change"] == "assigned" and c.get("to"):
                self.official = f"{self.decides}|{c['to']}"
        # Rule 1: when it counts as received, and when it ended.
        got = [at for _, at, n in moves if n in (2, 4, 6, 9)]
        self.received_at = got[0] if got else None
        finished = next(((i, at) for i, at, n in moves if n == 9), None)
        other = None
        for i, at, n in moves:
            if n in (3, 7, 8, 10) and other is None:
                other = (i, at, n)
            elif n in (1, 2, 4, 5, 6) and other is not None and other[2] == 7:
                other = None
        end = finished or (other and other[:2])
        self.ended_at = end[1] if end else None
        self.counted_at = self.received_at if self.received_at is not None else (self.filed_at if end else None)
        self.status = moves[-1][2] if moves else 1
        self.requests = sum(c["change"] == "supplement_asked" for _, _, _, c in self.changes())
        # Promises up to the end (or to now), and the pauses between.
        promise = legal = None
        shift = spent = 0
        pause = None
        for i, at, act, c in self.changes(end[0] if end else None):
            kind, clock = c["change"], c.get("clock")
            if not kind.startswith("clock_") or clock != "processing":
                continue
            if kind == "clock_started":
                promise = legal = micros(c["due"])
                shift = spent = 0
            elif kind == "clock_suspended":
                asked = any(x["change"] == "supplement_asked" for x in self.events[i]["changes"])
                pause = (at, asked)
            elif kind == "clock_resumed":
                if pause:
                    since, asked = pause
                    if asked:
                        spent += at - since
                    elif legal is not None:
                        shift += micros(c["due"]) - legal
                    pause = None
                legal = micros(c["due"])
            elif kind == "clock_stopped" and pause:
                since, asked = pause
                if asked:
                    spent += at - since
                else:
                    shift += at - since
                legal += at - since
                pause = None
            elif kind == "clock_extended":
                if act != "apologise":
                    shift += micros(c["due"]) - legal
                legal = micros(c["due"])
        # Rule 4: no promise, then the longest time of the procedure.
        if promise is None and self.counted_at is not None:
            promise = legal = world.calendar_of(self.received).due(self.counted_at, d["span"])
        self.pending = None
        for _, at, _, c in self.changes():
            if c["change"] == "supplement_asked":
                self.pending = at
            elif c["change"] == "supplement_given":
                self.pending = None
            elif c["change"] == "moved" and c["track"] == "handling" and (states[c["to"]]["national"] or 4) != 5:
                self.pending = None
        self.promise, self.legal, self.pause = promise, legal, pause
        self.spent, self.shift = spent, shift
        self.judge_rest(world, d)

    def judge_rest(self, world, d):
        results = set(d["results"])
        issued = any(c["change"] == "document_issued" and c["document"] in results for _, _, _, c in self.changes())
        filed = any(c["change"] == "document_filed" and c["document"] in results for _, _, _, c in self.changes())
        how = [c["how"] for _, _, _, c in self.changes() if c["change"] == "delivered"]
        files = [f for _, _, _, c in self.changes() if c["change"] in ("filed", "supplement_given") for f in c.get("files", [])]
        dues = {}
        for _, _, _, c in self.changes():
            if c["change"] in ("dues_assessed", "duty_asked"):
                for due in c.get("dues", []) + ([c["due"]] if c["change"] == "duty_asked" else []):
                    if int(due.get("amount") or 0) > 0 and due["code"] not in dues:
                        dues[due["code"]] = "waived" if due.get("status") == "waived" else "open"
            elif c["change"] in ("due_paid", "due_waived"):
                code = c["due"]["code"] if isinstance(c["due"], dict) else c["due"]
                dues[code] = "waived" if c["change"] == "due_waived" else ("online" if c["paid"].get("online") else "offline")
        finished = any((world.definitions[(self.definition, self.version)]["states"][c["to"]]["national"] or 4) == 9
                       for _, _, _, c in self.changes() if c["change"] == "moved" and c["track"] == "handling")
        databases = [c["database"] for c in d["components"] if c["database"]]
        reused = bool(databases) or any(f.get("reused") or f.get("source") for f in files)
        self.flags = {}
        put = self.flags
        put["again"] = self.requests > 1
        put["online"] = self.channel == "online"
        put["assisted"] = self.assisted
        put["synchronised"] = self.stream in world.known
        put["displeased"] = self.stream in world.disliked
        put["duty"] = any(v != "waived" for v in dues.values())
        put["duty_online"] = put["duty"] and all(v in ("online", "waived") for v in dues.values()) and put["synchronised"]
        put["reused"] = reused
        put["population"] = any(b in world.population for b in databases) or any(f.get("source") == "population" for f in files)
        put["with_result"] = finished and issued
        put["e_result"] = put["with_result"] and filed and self.definition in world.result_codes
        put["online_counted"] = put["online"] and put["e_result"]
        put["digitised"] = put["with_result"] and filed and (bool(files) or reused)
        put["stored"] = put["e_result"] and put["synchronised"]
        put["certified"] = False
        reached = (how[-1] != "counter") if how else filed
        put["remote"] = put["with_result"] and put["online"] and d["full"] and reached and all(v in ("online", "waived") for v in dues.values())
        put["remote_assisted"] = put["remote"] and self.assisted
        # The time of supplements, over the whole life, for the average.
        self.handled = 0
        if self.received_at is not None and self.ended_at is not None:
            seconds = sum((b - a) // 1_000_000 for a, b in self.supplement_pauses())
            self.handled = max(0, trunc((self.ended_at - self.received_at), 1_000_000) - seconds)

    def supplement_pauses(self):
        since = None
        for i, at, _, c in self.changes():
            if c.get("clock") != "processing":
                continue
            if c["change"] == "clock_suspended":
                asked = any(x["change"] == "supplement_asked" for x in self.events[i]["changes"])
                since = (at, asked)
            elif c["change"] in ("clock_resumed", "clock_stopped") and since:
                if since[1]:
                    yield since[0], at
                since = None

    def verdict(self, at):
        """on_time, late or None (no due can be told), at an instant."""
        if self.requests > 1:
            return "late"
        if self.promise is None:
            return None
        due = self.promise + self.shift
        if self.ended_at is not None:
            spent = self.spent + (max(0, self.ended_at - self.pause[0]) if self.pause else 0)
            return "on_time" if self.ended_at - spent <= due else "late"
        if self.pending is not None and self.status == 5:
            return "on_time" if self.pending - self.spent <= due else "late"
        return "on_time" if at - self.spent <= due else "late"

    def legal_verdict(self, at):
        if self.legal is None:
            return None
        if self.ended_at is not None:
            spent = max(0, self.ended_at - self.pause[0]) if self.pause else 0
            return "on_time" if self.ended_at - spent <= self.legal else "late"
        stands = self.pause[0] if self.pause else at
        return "on_time" if stands <= self.legal else "late"


def trunc(a, b):
    return a // b if a >= 0 else -((-a) // b)


# ------------------------------------------------------------------------------------------------------------------ the world
class World:
    def __init__(self, path):
        self.definitions, self.offices, self.calendars = {}, {}, {}
        self.publications, self.dossiers, self.sheets = [], {}, {}
        self.known, self.disliked = set(), set()
        self.petitions, self.unhappy = {}, {}
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                self.take(json.loads(line))
        for d in self.dossiers.values():
            d.judge(self)

    def take(self, line):
        kind = line["type"]
        if kind == "entry":
            self.entry(line)
        elif kind == "province":
            self.prefix = line["prefix"]
        elif kind == "office":
            self.offices[line["code"]] = line
        elif kind == "calendar":
            self.calendars[line["code"]] = Calendar(line)
        elif kind == "definition":
            self.definitions[(line["code"], line["version"])] = line
        elif kind == "publication":
            self.publications.append(line)
        elif kind == "indicators":
            self.population, self.result_codes = set(line["population"]), set(line["result_codes"])
            self.before, self.soon = line["before_effect"], line["after_decision"]

    def entry(self, line):
        kind, payload = line["kind"], line["payload"]
        if kind.startswith("dossier."):
            d = self.dossiers.setdefault(line["stream"], Dossier(line["stream"]))
            d.events.append(payload)
        elif kind == "national.acknowledged" and payload.get("status") != 1:
            self.known.add(payload["case"])
        elif kind.startswith("rating.") and payload.get("kind") == "complaint":
            self.unhappy[payload["case"]] = payload.get("satisfied") is False
        elif kind.startswith("rating.") and (payload.get("satisfied") is False or (payload.get("score") or 5) <= 2):
            self.disliked.add(payload.get("case"))
        elif kind.startswith("complaint.") and payload.get("case"):
            self.disliked.add(payload["case"])
        elif kind.startswith("complaint.") and "changes" in payload:
            self.petitions.setdefault(line["stream"], []).append(payload)
        elif kind == "index.published":
            for row in payload["lines"]:
                self.sheets[(payload["period"], payload["office"], row["indicator"], row["procedure"])] = row

    def calendar_of(self, office):
        return self.calendars[self.offices.get(office, {}).get("calendar", "vn-offices")]

    def in_force(self, day):
        found = {}
        for (code, _), d in self.definitions.items():
            if d["kind"] == "dossier" and d["from"] <= day.isoformat() and (d["to"] is None or day.isoformat() <= d["to"]):
                if code not in found or found[code]["from"] < d["from"]:
                    found[code] = d
        return found

    def procedures(self, of, day):
        kind, _, rest = of.partition(":")
        all_of = self.in_force(day)
        if kind == "province":
            return all_of
        if kind in ("procedure", "both"):
            code = rest.split("/")[-1]
            return {c: d for c, d in all_of.items() if c == code}
        office = rest.split("|")[0]

        def handles(d):
            owner = d.get("decided_by") or d.get("received_by")
            return owner == office if owner else d["level"] in self.offices.get(office, {"accepts": []})["accepts"]
        return {c: d for c, d in all_of.items() if handles(d)}

    def of(self, of):
        kind, _, rest = of.partition(":")
        test = {
            "province": lambda d: True,
            "office": lambda d: d.decides == rest,
            "procedure": lambda d: d.definition == rest,
            "both": lambda d: (d.decides, d.definition) == tuple(rest.split("/")),
            "official": lambda d: d.official == rest,
        }[kind]
        return [d for d in self.dossiers.values() if test(d)]


RECEIVED = ["again", "online", "online_counted", "assisted", "synchronised", "duty", "duty_online", "reused", "population", "displeased"]
ENDED = ["with_result", "e_result", "digitised", "stored", "certified", "remote", "remote_assisted"]


def measures(world, of, period, now):
    at = min(now, period.ends)
    mine = world.of(of)
    received = [d for d in mine if period.holds(d.counted_at)]
    ended = [d for d in mine if period.holds(d.ended_at)]
    v = {"received": len(received), "ended": len(ended)}
    for name, view in (("", Dossier.verdict), ("legal_", Dossier.legal_verdict)):
        told = [view(d, at) for d in received]
        v[f"{name}on_time"], v[f"{name}late"] = told.count("on_time"), told.count("late")
    for name in RECEIVED:
        v[name] = sum(d.flags[name] for d in received)
    for name in ENDED:
        v[name] = sum(d.flags[name] for d in ended)
    v["handled_s"] = sum(d.handled for d in ended)
    v["handled_h"] = v["handled_s"] // 3600
    # What no dossier ever carried is not connected.
    for name, followers in (("synchronised", ["stored"]), ("duty", ["duty_online"]), ("reused", []), ("population", []), ("certified", [])):
        if not any(d.flags[name] for d in world.dossiers.values() if (d.counted_at if name != "certified" else d.ended_at) is not None):
            for gone in [name] + followers:
                v.pop(gone, None)
    if not world.result_codes:
        v.pop("e_result", None)
    before = period.last_year()
    v["last_year"] = sum(before.holds(d.counted_at) for d in mine) // period.parts
    catalogue(world, of, period, now, received, v)
    petitions(world, of, period, at, v)
    return v


def petitions(world, of, period, at, v):
    """5.2 and 5.3: reject in 2 working days, ask for more in 5, answer in 15, publish in 2; the clocks are in the events."""
    kind, _, rest = of.partition(":")
    if kind not in ("province", "office"):
        return
    names = ("petitions", "petitions_in_time", "petitions_handled", "petitions_satisfied")
    sums = dict.fromkeys(names, 0)
    for stream, events in world.petitions.items():
        filed = events[0]["changes"][0]
        about = filed["answers"].get("office") or filed["offices"]["received"]
        if filed["answers"]["kind"] == "suggestion" or (kind == "office" and about != rest) or not period.holds(micros(events[0]["at"])):
            continue
        due, stopped, running, outcome, asked = {}, {}, set(), None, False
        for e in events:
            for c in e["changes"]:
                what, clock = c["change"], c.get("clock")
                if what in ("clock_started", "clock_resumed"):
                    due[clock] = micros(c["due"])
                    running.add(clock)
                elif what == "clock_suspended":
                    running.discard(clock)
                elif what == "clock_stopped":
                    stopped[clock] = micros(e["at"])
                    running.discard(clock)
                elif what == "outcome_set":
                    outcome = c["outcome"]
                elif what == "supplement_asked":
                    asked = True
        bound = {"refused": ["triage"], "granted": ["processing", "publish"]}.get(outcome, []) + (["inquiry"] if asked else [])
        late = any(stopped[c] > due[c] for c in bound if c in stopped)
        now_due = next((due[c] for c in ("processing", "publish") if c in running), None)
        sums["petitions"] += 1
        sums["petitions_in_time"] += not late and (now_due is None or now_due >= at)
        sums["petitions_handled"] += outcome is not None
        sums["petitions_satisfied"] += outcome is not None and not world.unhappy.get(stream, False)
    v.update(sums)


def catalogue(world, of, period, now, received, v):
    day = min(period.after - timedelta(days=1), local(now).date())
    mine = world.procedures(of, day)
    v["procedures"] = len(mine)
    v["procedures_online"] = sum(d["online"] for d in mine.values())
    v["procedures_fee"] = sum(d["fees"] > 0 for d in mine.values())
    v["procedures_population"] = sum(any(c["database"] in world.population for c in d["components"]) for d in mine.values())
    v["complete"] = sum(complete(d) for d in mine.values())
    official = of.startswith("official:")
    used = lambda flag: len({d.definition for d in received if d.flags[flag] and d.definition in mine}) if not official else 0
    v["procedures_used_online"] = used("online")
    if "duty_online" in v:
        v["procedures_paid_online"] = used("duty_online")
    dated = [p for p in world.publications if p["procedure"] in mine]
    if dated:
        calendar = world.calendar_of(world.prefix)
        days = lambda span: int(Fraction(span[:-2]))
        iso = date.fromisoformat
        v["published"] = len(dated)
        v["published_in_time"] = sum(calendar.working_days(iso(p["decided"]), iso(p["effective"])) >= days(world.before) for p in dated)
        soon = lambda p: p["publicised"] and calendar.working_days(iso(p["decided"]), iso(p["publicised"]) + timedelta(days=1)) <= days(world.soon)
        v["publicised_in_time"] = sum(bool(soon(p)) for p in dated)
    kind, _, rest = of.partition(":")
    if kind != "official":
        office = {"office": rest, "both": rest.split("/")[0]}.get(kind, "")
        procedure = {"procedure": rest, "both": rest.split("/")[-1]}.get(kind, "")
        sheet = world.sheets.get((period.text, office, "1.4", procedure))
        if sheet:
            v["known_to_portal"] = sheet["denominator"]


def complete(d):
    """Decree 63/2010 Art. 8(2)."""
    return all([d["name"].strip(), d["steps"], d["channels"], d["components"] and all(c["copies"] > 0 for c in d["components"]),
                d["time_basis"], d["audience"] and d["eligibility"], any(d["roles"])])


# code, then terms: name, numerator, denominator, points, target, cap, what a zero denominator means
INDEX = [
    ("1.1", [("", "published_in_time", "published", "6", "1", "6", None)]),
    ("1.2", [("", "publicised_in_time", "published", "4", "1", "4", None)]),
    ("1.3", [("", "complete", "procedures", "2", "1", "2", None)]),
    ("1.4", [("", "synchronised", "received", "6", "1", "6", None)]),
    ("2.1", [("", "on_time", "received", "20", "1", "20", None)]),
    ("2.2", [("", "handled_h", "ended", "0", "1", "0", None)]),
    ("3.1", [("", "procedures_online", "procedures", "2", "0.80", "2", None)]),
    ("3.2", [("", "procedures_used_online", "procedures_online", "4", "1", "4", None)]),
    ("3.3", [("", "online_counted", "received", "6", "0.50", "6", None)]),
    ("3.5", [("A", "duty_online", "duty", "6", "1", "6", None), ("B", "procedures_paid_online", "procedures_fee", "2.5", "1", "2", None),
             ("C", "procedures_payment_connected", "procedures_fee", "2.5", "1", "2", None)]),
    ("4.1", [("", "e_result", "with_result", "6", "1", "6", None)]),
    ("4.2", [("", "digitised", "with_result", "4", "1", "4", None)]),
    ("4.3", [("", "reused", "received", "2", "0.8", "2", None)]),
    ("4.4", [("", "stored", "with_result", "4", "1", "4", None)]),
    ("4.5", [("A", "population", "received", "2", "1", "2", None), ("B", "procedures_population", "procedures", "2", "1", "2", None)]),
    ("4.6", [("", "certified", "with_result", "2", "1", "2", None)]),
    ("5.1", [("", "satisfied", "received", "6", "0.90", "6", 0)]),
    ("5.2", [("", "petitions_in_time", "petitions", "6", "1", "6", 6)]),
    ("5.3", [("", "petitions_satisfied", "petitions_handled", "6", "1", "6", 6)]),
]


def index(world, of, period, now):
    v = measures(world, of, period, now)
    told = dict(v)
    if all(k in v for k in ("received", "late", "displeased")):
        v["satisfied"] = max(0, v["received"] - v["late"] - v["displeased"])
    indicators, points, reachable = [], 0, 0
    for code, terms in INDEX:
        shown, own = [], None
        for name, of_name, per_name, worth, target, cap, zero in terms:
            t = term(code, v, of_name, per_name, Fraction(worth), Fraction(target), Fraction(cap), zero)
            shown.append({"term": name, **t})
            if t["points"] is not None:
                own = (own or 0) + int(Fraction(t["points"]) * 100)
                reachable += int(Fraction(cap) * 100)
        points += own or 0
        indicators.append({"code": code, "points": None if own is None else hundredths(own), "cap": hundredths(sum(int(Fraction(t[5]) * 100) for t in terms)), "terms": shown})
    share = half_up(Fraction(points * 10_000, reachable)) if reachable else 0
    bands = [(9000, "excellent"), (8000, "good"), (7000, "fair"), (5000, "average"), (0, "weak")]
    band = next((name for least, name in bands if share >= least), None) if reachable else None
    return {"of": of, "period": period.text, "points": hundredths(points), "reachable": hundredths(reachable), "band": band, "measures": told, "indicators": indicators}


def term(code, v, of_name, per_name, worth, target, cap, zero):
    n, d = v.get(of_name), v.get(per_name)
    if code == "1.4" and d is not None:
        d = max(d, v.get("known_to_portal", 0)) or v["last_year"]
    out = {"numerator": n, "denominator": d, "ratio": None, "points": None, "cap": hundredths(int(cap * 100)), "state": "no_data"}
    times = Fraction(1)
    if code == "3.3":
        if "synchronised" not in v:
            return out
        if v["received"]:
            times = Fraction(v["synchronised"], v["received"])
    if n is None or d is None:
        return out
    if d == 0:
        if zero is None:
            return {**out, "state": "not_applicable"}
        return {**out, "state": "counted", "points": hundredths(zero * 100)}
    ratio = Fraction(n, d) * times
    score = min(half_up(worth * ratio / target * 100), int(cap * 100))
    return {**out, "state": "counted", "ratio": hundredths(half_up(ratio * 10_000)), "points": hundredths(score)}


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("journal")
    ask.add_argument("--at", required=True, help="now, RFC 3339")
    ask.add_argument("--period", action="append", required=True, help="2026-11, 2026-Q4 or 2026; repeatable")
    ask.add_argument("--of", action="append", help="province, office:CODE, procedure:CODE, both:OFFICE/CODE, official:OFFICE|ACCOUNT; all parts when not given")
    args = ask.parse_args()
    world, now = World(args.journal), micros(args.at)
    parts = args.of
    if not parts:
        parts = {"province"}
        for d in world.dossiers.values():
            parts |= {f"office:{d.decides}", f"procedure:{d.definition}", f"both:{d.decides}/{d.definition}"}
            if d.official:
                parts.add(f"official:{d.official}")
    for of in sorted(parts):
        for period in args.period:
            print(json.dumps(index(world, of, Period(period), now), ensure_ascii=False, sort_keys=True))


if __name__ == "__main__":
    main()
