"""Clients that stop in the middle: they lose the connection, and nobody else notices."""

import time
from contextlib import ExitStack
from socket import socket

import pytest

from serve import HEAD_SECONDS
from test.util import LOGIN, USER
from test_faults.conftest import Topology
from test_faults.processes import ANSWER_SECONDS
from workers import DEFAULT_BODY_SECONDS

EACH = 20
MARGIN_SECONDS = 20  # for a machine that is slow; without limits of ours, nginx would wait for 60
STOPS = (
    "",
    f"POST {LOGIN} HTT",
    f"POST {LOGIN} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-",
    f"POST {LOGIN} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nemail=a",
)


def is_closed_by(connection: socket, deadline: float) -> bool:
    """Tell whether the other side closes before *deadline*, whatever it says until then."""
    connection.settimeout(max(0.1, deadline - time.monotonic()))
    try:
        while connection.recv(4096):
            """Read on."""
    except TimeoutError:
        return False
    except ConnectionResetError:
        pass  # nginx does not even say good-bye
    return True


@pytest.mark.parametrize("at_nginx", [True, False], ids=["nginx", "instance"])
def test_client_that_stops_in_the_middle_loses_the_connection(topology: Topology, at_nginx: bool):
    site = topology.nginx if at_nginx else topology.instances[0]
    deadline = time.monotonic() + max(HEAD_SECONDS, DEFAULT_BODY_SECONDS) + MARGIN_SECONDS
    with ExitStack() as stack:
        stopped = [stack.enter_context(site.connect()) for _ in STOPS * EACH]
        for connection, sent in zip(stopped, STOPS * EACH, strict=True):
            connection.sendall(sent.encode())
        replies = [site.get(USER) for _ in range(5)]

        assert all(is_closed_by(connection, deadline) for connection in stopped)

    assert {reply.status for reply in replies} == {401}
    assert max(reply.seconds for reply in replies) < ANSWER_SECONDS  # which is less than the limits
