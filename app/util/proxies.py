"""What the proxies in front write of a request."""

from werkzeug.middleware.proxy_fix import ProxyFix


class DeclaredProxies(ProxyFix):
    """Werkzeug's, but each value ends at the next comma, whatever stands before it.

    A proxy adds to what its client has sent.  In a list as RFC 9110 has it, a quotation mark there begins a
    text of which the proxy's own value would be a part, and the client would have no address.
    """

    def _get_real_value(self, trusted: int, value: str | None) -> str | None:
        """Return what the first of so many *trusted* proxies has added to *value*, if they all did."""
        values = [text for part in (value or "").split(",") if (text := part.strip())]
        return values[-trusted] if 0 < trusted <= len(values) else None
