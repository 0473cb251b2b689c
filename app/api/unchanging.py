"""What is the same for everybody until another version of the application serves it: documents, files."""

from flask import Response

from app.errors import StateChanged
from app.util.environ import IF_MATCH
from app.util.present import present_request


def unless_known(response: Response) -> Response:
    """Return *response* with its tag, or 304 if the client has it.  Raises StateChanged (RFC 9110, 13).

    Werkzeug would answer an If-Match that does not hold with the whole of it, and one with ``*`` too.  It is
    never asked for a part: it would give one to a client that has the whole, and refuse one that is too long.
    """
    response.add_etag()
    del response.last_modified  # of a file: its tag says more, and no condition speaks of a date here
    try:
        _apply_conditions(response)
    except BaseException:
        response.close()  # it may hold a file
        raise
    return response


def _apply_conditions(response: Response) -> None:
    asked = present_request()
    if IF_MATCH in asked.environ and not asked.if_match.contains(response.get_etag()[0] or ""):
        raise StateChanged
    environ = {name: value for name, value in asked.environ.items() if name != IF_MATCH}
    response.make_conditional(environ)
