"""What is stored, and the questions that are asked of it."""

from app.models.token_blacklist import BlacklistedToken
from app.models.user import User
from app.models.widget import Widget

__all__ = ["BlacklistedToken", "User", "Widget"]
