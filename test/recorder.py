"""A plugin of pytest: each answer that an application gives in a test is one that the documents declare.

Whatever is not fails the session, which names it and the test.  A test that makes the application
break its word on purpose says so: ``@pytest.mark.undeclared("why")``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Self
from weakref import WeakKeyDictionary
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from flask_restx.swagger import extract_path
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app

from app.api import api
from app.api.documents.views import document_of
from test.declared import NO_OPERATION, Answer, declared_answers
from test.fuzzing import DOCUMENTS

PREFIX = "/api/v1"
DOCUMENTS_THEMSELVES = {"api.doc", "api.openapi", "api.specs"}
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Asked:
    """Which operation was asked for: *path* as the documents have it, *endpoint* None where there is none."""

    method: str
    path: str
    endpoint: str | None

    @classmethod
    def read(cls, app: Flask, environ: WSGIEnvironment) -> Self:
        method = environ["REQUEST_METHOD"].lower()
        try:
            rule, _ = app.url_map.bind_to_environ(environ).match(return_rule=True)
        except HTTPException:
            return cls(method, "", None)
        path = extract_path(rule.rule).removeprefix(PREFIX) or "/"
        return cls(method, path, rule.endpoint)


@dataclass(frozen=True)
class Given:
    """An answer as the server in front of the application gets it."""

    status: str
    headers: dict[str, str]
    body: bytes


class Recorder:
    """Judges the answers of all applications in this process; remembers what was wrong, and where."""

    def __init__(self) -> None:
        self.offences: dict[str, str] = {}
        self.test: pytest.Item | None = None
        self._declared: WeakKeyDictionary[Flask, list[Mapping[Key, Answer]]] = WeakKeyDictionary()

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.test = item

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.offences:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.offences:
            terminalreporter.section("NOT AS THE DOCUMENTS SAY", sep="!", red=True, bold=True)
        for offence, test in self.offences.items():
            terminalreporter.line(f"{offence}, in {test}")

    def judge(self, app: Flask, environ: WSGIEnvironment, answer: Given) -> None:
        """Remember what is wrong with *answer*, which *app* has given to the request of *environ*."""
        if self.test is None or self.test.get_closest_marker("undeclared"):
            return
        asked = Asked.read(app, environ)
        if asked.endpoint in DOCUMENTS_THEMSELVES or asked.method == "options":
            return
        for declared in self._documents(app):
            for problem in problems(declared, asked, answer):
                offence = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {answer.status}: {problem}"
                self.offences.setdefault(offence, self.test.nodeid)

    def _documents(self, app: Flask) -> list[Mapping[Key, Answer]]:
        if app not in self._declared:
            trusted = next(iter(app.config["TRUSTED_HOSTS"]), "localhost").lstrip(".")
            with app.test_request_context(base_url=f"http://{trusted}"):
                self._declared[app] = [declared_answers(document_of(api, name)) for name in DOCUMENTS]
        return self._declared[app]


def problems(declared: Mapping[Key, Answer], asked: Asked, given: Given) -> Iterator[str]:
    """Yield what is wrong with the *given* answer, which is to be among the *declared* ones."""
    answer = declared.get((asked.path, asked.method.replace("head", "get"), given.status))
    if answer is None and asked.endpoint is None:
        answer = NO_OPERATION.get(given.status)
    if answer is None:
        yield "undeclared status"
    else:
        yield from answer.problems(given.headers, None if asked.method == "head" else given.body)


def pytest_configure(config: pytest.Config) -> None:
    """Judge every answer from now on, whoever asks: a test client, or a server in this process."""
    recorder = Recorder()
    config.pluginmanager.register(recorder, "recorder")
    call = Flask.__call__

    def judged_call(app: Flask, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(PREFIX):
            return call(app, environ, start_response)
        body, status, headers = run_wsgi_app(partial(call, app), environ, buffered=True)
        given = Given(status.split()[0], dict(headers), b"".join(body))
        recorder.judge(app, environ, given)
        start_response(status, headers.to_wsgi_list())
        return [given.body]

    Flask.__call__ = judged_call  # type: ignore[method-assign]
