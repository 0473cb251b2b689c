"""No sessions: a token says who is calling, so no cookie is read, verified or sent."""

from typing import Any

from flask import Flask
from flask.sessions import NullSession, SessionInterface

_NO_SESSION = NullSession()


class NoSessions(SessionInterface):
    """Gives each request the session that Flask gives where there is none."""

    def open_session(self, app: Flask, request: Any) -> Any:
        """Return the one that takes nothing, and so can be everybody's."""
        return _NO_SESSION
