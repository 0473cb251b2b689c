"""The floor of FastAPI: what the expert's views do, with the drivers themselves instead of SQLAlchemy."""
