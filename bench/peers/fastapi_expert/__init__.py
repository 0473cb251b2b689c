"""FastAPI by an expert: SQLAlchemy Core, one statement for each request, documents by hand, orjson."""
