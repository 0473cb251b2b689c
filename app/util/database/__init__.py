"""What talks to PostgreSQL and SQLite."""
