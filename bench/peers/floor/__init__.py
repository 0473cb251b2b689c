"""The floor: Flask, PyJWT, one statement written by hand for each request, orjson."""
