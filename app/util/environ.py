"""What this application notes in a request's environ (PEP 3333): whatever else there is may be shared."""

ID_KEY = "app.request_id"
CALLER_KEY = "app.caller"  # whoever sent the token, once that has been verified
