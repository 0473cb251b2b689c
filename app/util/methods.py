"""Methods of HTTP."""

SAFE_METHODS = ("GET", "HEAD")  # RFC 9110, 9.2.1, as far as views answer them
IDEMPOTENT_METHODS = (*SAFE_METHODS, "PUT", "DELETE")  # RFC 9110, 9.2.2
