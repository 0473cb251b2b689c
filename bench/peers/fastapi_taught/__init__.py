"""FastAPI as its documentation teaches it: async, SQLAlchemy's ORM, Pydantic, dependencies."""
