"""A request's environ (PEP 3333): where several rooms look, and what this application notes there itself."""

# What Flask makes ``request.url_root`` of.
URL_ROOT = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME")
IF_MATCH, IF_NONE_MATCH = "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"  # RFC 9110, 13.1
# Notes; whatever else there is may be shared.
ID_KEY = "app.request_id"
FILE_KEY = "app.file"  # the path of a lasting file, which is the whole body of the answer
TURN_KEY = "app.turn"  # what came first for a request that waits for its turn: that, or its client's end
CALLER_KEY = "app.caller"  # whoever sent the token, once that has been verified
