"""Everything that the API's description allows and forbids, sent to the application: schemathesis, all checks on."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from flask import Flask
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.config._checks import (
    NEGATIVE_DATA_REJECTION_EXPECTED_STATUSES,
    POSITIVE_DATA_ACCEPTANCE_EXPECTED_STATUSES,
)
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.transport import wsgi

from tests.fuzz.contract import only_findings
from tests.fuzz.known import with_known
from tests.fuzz.tenant import Tenant

Findings = list[str]
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass
class Outcome:
    """How many cases a run sent, by phase, and what it found."""

    cases: Counter[str] = field(default_factory=Counter)
    findings: Findings = field(default_factory=list)
    tested: set[str] = field(default_factory=set)
    """The operations that were sent anything."""


def fuzz_schema(
    app: Flask, tenant: Tenant, *, seed: int, examples: int, chains: int, phases: Sequence[str] = PHASES
) -> Outcome:
    """Send `examples` cases for each operation, so many chains of linked ones, and whatever covers the schema."""
    document = app.test_client().get("/openapi.json").get_json()
    told = with_known(document, tenant.known, tenant.places)
    config = _config(seed, examples, tenant.headers, _phases(phases, chains))
    schema = schemathesis.openapi.from_dict(told, config=config)
    schema.app = app
    schema.location = "/openapi.json"
    schema.hooks.hook("filter_failure")(only_findings)
    outcome = Outcome()
    for event in from_schema(schema).execute():
        _take(outcome, event)
    return outcome


class InProcess(wsgi.WSGITransport):
    """Without the settings of sockets, which a check that sends by itself hands on to the test client."""

    def send(self, case: Case[Any], *, session: Any = None, **settings: Any) -> Response:
        for name in ("max_redirects", "verify", "cert", "proxies"):
            settings.pop(name, None)
        return super().send(case, session=session, **settings)


IN_PROCESS = InProcess()
IN_PROCESS._copy_serializers_from(wsgi.WSGI_TRANSPORT)
wsgi.WSGI_TRANSPORT = IN_PROCESS


def _phases(chosen: Sequence[str], chains: int) -> dict[str, Any]:
    told: dict[str, Any] = {name: {"enabled": name in chosen} for name in PHASES}
    told["stateful"]["generation"] = {"max-examples": chains}
    return told


def _config(seed: int, examples: int, headers: Mapping[str, str], phases: dict[str, Any]) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": dict(headers),
            "workers": 1,
            "continue-on-failure": True,
            "generation": {
                "max-examples": examples,
                # What is unknown in a query or a body is refused by name: that is no surplus to be overlooked.
                "allow-extra-parameters": False,
                "database": "none",
            },
            "checks": {
                "positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "412"]},
                "negative_data_rejection": {"expected-statuses": [*REJECTED, "412"]},
            },
            "phases": phases,
        }
    )


ACCEPTED = POSITIVE_DATA_ACCEPTANCE_EXPECTED_STATUSES
"""What answers a well-formed request; that a record is not what `If-Match` names is no fault of its form either."""
REJECTED = NEGATIVE_DATA_REJECTION_EXPECTED_STATUSES


def _take(outcome: Outcome, event: events.EngineEvent) -> None:
    if isinstance(event, events.ScenarioFinished) and event.is_test_scenario:
        recorder = event.recorder
        outcome.cases[event.phase.value] += len(recorder.interactions)
        outcome.tested |= {node.value.operation.label for node in recorder.cases.values()}
        outcome.findings += _findings(recorder)
    if isinstance(event, events.NonFatalError):
        outcome.findings.append(f"{event.label}: {event.value!r}")
    if isinstance(event, events.FatalError):
        outcome.findings.append(repr(event.exception))


def _findings(recorder: Any) -> Iterator[str]:
    for case_id, nodes in recorder.checks.items():
        for node in nodes:
            if node.failure_info is not None:
                yield f"{recorder.label} · {node.name}: {node.failure_info.failure}\n  {_sent(recorder, case_id)}"


def _sent(recorder: Any, case_id: str) -> str:
    interaction = recorder.interactions.get(case_id)
    if interaction is None:
        return "(not sent)"
    request, response = interaction.request, interaction.response
    body = (request.body or b"").decode(errors="replace")
    got = "" if response is None else f"{response.status_code} {response.content[:400]!r}"
    return f"{request.method} {request.uri} {body[:600]}\n  → {got}"
