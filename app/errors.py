"""What can go wrong, by meaning.  How each is told to a client stands in ``app.api.error_handlers``."""

from collections.abc import Mapping


class ApplicationError(Exception):
    """An error whose message may be shown to the client."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(ApplicationError):
    """The input breaks a rule; *errors* gives the reason for each field, by name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("Input payload validation failed")
        self.errors = dict(errors)


class Unauthenticated(ApplicationError):
    """Nobody is known to be calling: no token came, or the one that came is refused."""

    def __init__(
        self, message: str = "Unauthorized", *, admins_only: bool = False, token_refused: bool = False
    ) -> None:
        super().__init__(message)
        self.admins_only = admins_only
        self.token_refused = token_refused


class PermissionDenied(ApplicationError):
    """The caller is known and lacks the right."""


class NotFound(ApplicationError):
    """There is no such thing."""


class AlreadyExists(ApplicationError):
    """A value that must be unique is taken."""


class StateChanged(ApplicationError):
    """The thing is not, or no longer, in the state for which the request was made."""

    def __init__(self) -> None:
        super().__init__("This is not in the state for which the request was made. Please read it again.")


class Unavailable(ApplicationError):
    """It cannot be done at the moment, and may be later."""


class TooManyRequests(ApplicationError):
    """The caller has tried too often, and may try again after so many seconds, at least 1."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__("Too many attempts. Please try again later.")
        self.retry_after = retry_after
