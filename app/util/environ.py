"""What this application notes in a request's environ (PEP 3333): whatever else there is may be shared."""

ID_KEY = "app.request_id"
FILE_KEY = "app.file"  # the path of a lasting file, which is the whole body of the answer
CALLER_KEY = "app.caller"  # whoever sent the token, once that has been verified
