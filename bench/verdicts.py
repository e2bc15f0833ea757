"""What the figures must reach, and whether they do: one line for each target and store."""

from bench.figures import STORES, Report, Verdict

EACH_A_JOB = "one RQ job per delivery"
MOST, LEAST = "≤", "≥"

# part, figure, how it is compared, the target
TARGETS = (
    ("yardsticks", "receiver under wrk", LEAST, 40_000.0),
    ("drain", "20,000 to 1 config", LEAST, 8000.0),
    ("drain", "20,000 to 100 configs", LEAST, 8000.0),
    ("latency", "200/s p50", MOST, 8.0),
    ("latency", "200/s p99", MOST, 30.0),
    ("ingest", "POST /v2/contacts", LEAST, 400.0),
    ("ingest", "POST /v2/postbackevents/batch", LEAST, 8000.0),
    ("scale", "due query, 1,000,000 due", MOST, 20.0),
    ("scale", "worker's peak memory, 1,000,000 waiting", MOST, 200.0),
    ("scale", "worker's peak memory, 1,000,000 due", MOST, 200.0),
    ("recovery", "everything held is sent again, deadline 2 s", MOST, 12.0),
)
# part, figure, part and figure it is divided by, how it is compared, the target
RATIOS = (
    ("drain", "20,000 to 1 config", "yardsticks", EACH_A_JOB, LEAST, 25.0),
    ("drain", "20,000 to 100 configs", "yardsticks", EACH_A_JOB, LEAST, 25.0),
    ("drain", "20,000 to 1 config", "yardsticks", "bare requests loop", LEAST, None),
    ("scale", "CPU a delivery, 100,000 waiting", "scale", "CPU a delivery, 10,000 waiting", MOST, 1.3),
    ("scale", "CPU a delivery, 1,000,000 waiting", "scale", "CPU a delivery, 10,000 waiting", MOST, 1.3),
    ("scale", "CPU a delivery, 1,000,000 due", "scale", "CPU a delivery, 10,000 waiting", MOST, 1.3),
    ("isolation", "10 of 100 hang, healthy p99", "isolation", "alone p99", MOST, 2.0),
    ("isolation", "100,000 due of one, others p99", "isolation", "alone p99", MOST, 2.0),
)


def verdicts(report: Report) -> list[Verdict]:
    """All that can be said of what was measured."""
    found = []
    for store in STORES:
        for part, name, relation, target in TARGETS:
            value = report.median(part, name, store)
            if value is not None:
                found.append(_verdict(store, f"{part}: {name}", value, relation, target))
        for part, name, other_part, other, relation, wanted in RATIOS:
            above, below = report.median(part, name, store), report.median(other_part, other, store)
            if above is not None and below:
                found.append(_ratio(store, f"{part}: {name} ÷ {other}", above / below, relation, wanted))
    return found


def _verdict(store: str, what: str, value: float, relation: str, target: float) -> Verdict:
    met = value >= target if relation == LEAST else value <= target
    off = "" if met else f", off by {abs(value - target) / target:.0%}"
    return Verdict(store, f"{what}: {value:,.2f}, wanted {relation} {target:,g}{off}", met)


def _ratio(store: str, what: str, value: float, relation: str, wanted: float | None) -> Verdict:
    if wanted is None:
        return Verdict(store, f"{what}: {value:.2f}", met=True)
    return _verdict(store, what, value, relation, wanted)
