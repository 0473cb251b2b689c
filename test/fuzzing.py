"""Schemathesis: calls the API as a document has it, and as it does not, and judges the answers."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.config import (
    ChecksConfig,
    ExtraDataSourcesConfig,
    GenerationConfig,
    InferenceAlgorithm,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
)
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from app.util.datetime_util import local_today

DOCUMENTS = ("openapi.json", "swagger.json")
SEED = 1
FUTURE_DATE = "future-date-text"  # of widgets, as their document has it; without them, no field is of it
PHASES = {"examples", "coverage", "fuzzing", "stateful"}
WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
CHANGES = {("POST /widgets", 201), ("PUT /widgets/{name}", 200), ("DELETE /widgets/{name}", 204)}


@dataclass
class Findings:
    """What a run has found: how the cases were answered, in which phases, and what was wrong."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    phases: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """Return the number of requests that were answered."""
        return self.answers.total()


def explore(
    url: str, *, token: Callable[[], str], max_examples: int, phases: Collection[str] = PHASES
) -> Findings:
    """Test the API that the document at *url* describes, with all checks and a new *token* for each case.

    The cases are the same at each run.
    """
    schemathesis.openapi.format(FUTURE_DATE, future_dates())
    project = ProjectConfig(
        generation=GenerationConfig(max_examples=max_examples), phases=only(phases), checks=all_checks()
    )
    config = schemathesis.Config(seed=SEED, projects=ProjectsConfig(default=project))
    schema = schemathesis.openapi.from_url(url, config=config)
    schema.auth(refresh_interval=None)(sender_of(token))
    schema.hook("filter_failure")(is_failure)
    findings = Findings()
    for event in from_schema(schema).execute():
        note(event, findings)
    return findings


def only(phases: Collection[str]) -> PhasesConfig:
    """Return the settings with which only *phases* take place.

    Values of earlier answers are put into later requests only where a link or a Location says so: any
    name would do for a date, because no standard knows the format of our dates.
    """
    made = PhasesConfig.from_dict({phase: {"enabled": phase in phases} for phase in PHASES})
    for phase in (made.examples, made.coverage, made.fuzzing):
        phase.extra_data_sources = ExtraDataSourcesConfig(responses=False)
    made.stateful.inference.algorithms = [InferenceAlgorithm.LOCATION_HEADERS]
    return made


def all_checks() -> ChecksConfig:
    """Return the settings with which a valid request may also fail because it wants another state."""
    made = ChecksConfig()
    check = made.positive_data_acceptance
    check.expected_statuses = [*check.expected_statuses, str(int(HTTPStatus.PRECONDITION_FAILED))]
    return made


def future_dates() -> st.SearchStrategy[str]:
    """Return texts of dates that are near: two digits, as the answers have them, mean no far year."""
    today = local_today()
    days = st.dates(today + timedelta(days=1), date(today.year + 40, 1, 1))
    formats = (
        "%Y-%m-%d",
        "%m/%d/%Y",
        "%m/%d/%y",
        "%b %d %Y",
        "%d %B %Y",
        "%Y%m%d",
        "%Y-%m-%dT%H:%M:%S+00:00",
    )
    return st.builds(date.strftime, days, st.sampled_from(formats))


def sender_of(token: Callable[[], str]) -> type[schemathesis.AuthProvider[str]]:
    """Return what sends a new *token* with each case: a case that logs out ends its own token alone."""

    class Sender:
        def get(self, _case: schemathesis.Case, _context: schemathesis.AuthContext) -> str:
            return token()

        def set(self, case: schemathesis.Case, data: str, _context: schemathesis.AuthContext) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    return Sender


def is_failure(_context: Any, failure: Any, case: schemathesis.Case, response: schemathesis.Response) -> bool:
    """Tell whether *failure* is one; two words are missing from Swagger 2.0, which OpenAPI 3 has."""
    # requests sends a form whose fields have no values in chunks, and is told that a length is wanted.
    if (
        type(failure).__name__ == "AcceptedNegativeData"
        and response.status_code == HTTPStatus.LENGTH_REQUIRED
    ):
        return "Content-Length" in response.request.headers
    if "swagger" not in case.operation.schema.raw_schema:
        return True
    # An operation's answers have one list of types for all statuses, and those without a body have no type.
    if type(failure).__name__ == "MissingContentType" and response.status_code in WITHOUT_BODY:
        return False
    # Schemathesis takes a list of form fields for complete.  Fields that nobody knows are ignored.
    return not re.search("unexpected properties|violates `additionalProperties`", failure.message)


def note(event: events.EngineEvent, findings: Findings) -> None:
    """Add what *event* tells to *findings*."""
    if isinstance(event, events.NonFatalError | events.FatalError):
        findings.failures.append(str(getattr(event, "value", None) or event.exception))
    if isinstance(event, events.PhaseFinished) and event.status == Status.SUCCESS:
        findings.phases.add(event.phase.name.value)
    if isinstance(event, events.ScenarioFinished):
        findings.answers.update(answers_in(event.recorder))
        findings.failures += failures_in(event.recorder)


def answers_in(recorder: ScenarioRecorder) -> Iterator[tuple[str, int]]:
    for case_id, interaction in recorder.interactions.items():
        if interaction.response is not None:
            yield recorder.cases[case_id].value.operation.label, interaction.response.status_code


def failures_in(recorder: ScenarioRecorder) -> Iterator[str]:
    for checks in recorder.checks.values():
        for check in checks:
            if check.status != Status.SUCCESS:
                reason = check.failure_info
                yield f"{check.name}: {reason and reason.failure.message}\n{reason and reason.code_sample}"
