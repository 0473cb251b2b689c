"""The production server: granian, as many workers as cores, a pool of threads in each.

It does not migrate.  It reads HOST, PORT, WORKERS, THREADS, BODY_SECONDS.
"""

import errno
import gc
import multiprocessing
import os
import resource
import socket
import sys
import time
from ipaddress import ip_address
from queue import SimpleQueue
from typing import Any, NoReturn

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from settings_file import load_settings
from workers import (
    KILL_SECONDS,
    block_stop_signals,
    number_of_workers,
    number_setting,
    unblock_stop_signals,
)

APPLICATION = "gateway:app"
PROVEN_SECONDS = 5  # a server that has run so long does not die of its own application
HEAD_SECONDS = 10  # for the head of a request, and between two requests of a connection
MAX_PORT = 65535
MAX_HEAD = 64 * 1024  # bytes
MAX_CONNECTIONS = 4096  # of a worker
OWN_FILES = 128  # of a worker: its log, its connections to the database


class Interruption:
    """What wakes the supervisor, once for each time that it is set: by a dead worker, or a signal's handler.

    It stands for granian's Event.  A handler interrupts its thread anywhere, and there ``Event`` may hold the
    lock that it would need itself; ``SimpleQueue.put`` may always be called.
    """

    def __init__(self) -> None:
        self._signs: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Wake the supervisor, which looks for the reason."""
        self._signs.put(None)

    def wait(self) -> None:
        """Wait until it is set, and forget that."""
        self._signs.get()

    def clear(self) -> None:
        """Do nothing: what was set since the supervisor woke is not to be lost."""


class Supervisor(Granian):  # type: ignore[misc, valid-type]
    """granian's, which gives up its *claim* of the port when it is told to end.

    Its workers listen no more then, and may take long for the requests in flight: the next server may start.
    """

    claim: socket.socket

    def shutdown(self, exit_code: int = 0) -> None:
        """End the workers."""
        if self.interrupt_signal:
            self.claim.close()
        super().shutdown(exit_code)


def main() -> None:
    """Serve until SIGTERM or SIGINT, which let the requests in flight complete."""
    load_settings()
    with _claim_port() as claim:
        _check_that_nobody_listens()
        gateway = _make_application()
        # A worker that is told to end before it serves would forget it: it is to hear of it when it does.
        os.register_at_fork(before=block_stop_signals, after_in_parent=unblock_stop_signals)
        while not _serve(claim):
            print("The server gave up a worker that died twice at once; starting again.", file=sys.stderr)
        gateway.end()


def address() -> str:
    """Return the address at which to listen."""
    text = os.getenv("HOST") or "127.0.0.1"
    try:
        return str(ip_address(text))
    except ValueError:
        sys.exit(f"Error: HOST must be an IP address, not {text!r}.")


def port() -> int:
    """Return the port on which to listen."""
    return number_setting("PORT", 8000, at_most=MAX_PORT)


def allow_connections() -> int:
    """Return how many connections a worker may hold: as many as it may open files, less some for itself.

    Those beyond wait until others end, which is soon; out of files, it could not open its database.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + OWN_FILES
    files = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max(files - OWN_FILES, 1)


def _serve(claim: socket.socket) -> bool:
    """Serve, and tell whether that ended as it was told to.  Raises SystemExit where it cannot start."""
    server = Supervisor(
        APPLICATION,
        address=address(),
        port=port(),
        interface=Interfaces.RSGI,
        # Nothing here speaks WebSocket, and HTTP/2 is what a proxy in front translates.
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=MAX_HEAD),
        workers=number_of_workers(),
        backpressure=allow_connections(),
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
    )
    server.claim = claim
    server.main_loop_interrupt = Interruption()
    began = time.monotonic()
    try:
        server.serve()
    except SystemExit:
        if server.interrupt_signal:  # told to end, too
            return True
        if time.monotonic() - began < PROVEN_SECONDS:
            raise
        return False
    return True


def _claim_port() -> socket.socket:
    """Return what keeps another server of this kind from starting there, until it is closed.

    To look whether somebody listens is not enough: two that start at once both find nobody, and a server
    whose workers have all died listens no more.  It is an abstract address of a socket, of which there is one
    and which ends with its process; only Linux has those.  Raises SystemExit if another server has it.
    """
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    os.register_at_fork(after_in_child=claim.close)  # workers may outlive their supervisor, which has it
    if sys.platform != "linux":
        return claim
    try:
        claim.bind(f"\0widget-api-{address()}-{port()}")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:  # else it is not allowed here, and nobody has it
            _refuse_to_listen(error)
    return claim


def _check_that_nobody_listens() -> None:
    """Raise SystemExit if another server listens there.

    granian would share the port with another one of its kind, and requests would go to either.
    """
    host, number = address(), port()
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            _refuse_to_listen(error)


def _refuse_to_listen(error: OSError) -> NoReturn:
    sys.exit(f"Error: cannot listen on {address()}, port {port()}: {error.strerror}.")


def _make_application() -> Any:
    """Make the application here, once for all workers: forked from this process, they share its memory.

    Raises SystemExit, in one line, where a setting keeps it from starting.
    """
    if sys.platform == "linux":  # elsewhere it is not safe to fork, and each worker makes its own
        multiprocessing.set_start_method("fork", force=True)
    gc.disable()  # until run.py has made it
    from gateway import app  # the import is what is put off

    return app


if __name__ == "__main__":
    main()
