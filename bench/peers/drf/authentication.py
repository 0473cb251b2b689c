"""Who is calling: simplejwt reads the token, the table of logged-out tokens is asked besides."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, ExpiredTokenError, TokenError
from rest_framework_simplejwt.tokens import AccessToken

from bench.peers.drf.models import BlacklistedToken
from bench.peers.shared.refusals import BLACKLISTED, EXPIRED, INVALID


class TokenRefused(AuthenticationFailed):
    """A token that does not count, with a message for the client."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RevocableJWTAuthentication(JWTAuthentication):
    """simplejwt's authentication, and logged-out tokens."""

    def get_validated_token(self, raw_token: bytes) -> AccessToken:
        """Return the token."""
        try:
            token = AccessToken(raw_token)
        except ExpiredTokenError:
            raise TokenRefused(EXPIRED) from None
        except TokenError:
            raise TokenRefused(INVALID) from None
        if BlacklistedToken.objects.filter(jti=token["jti"]).exists():
            raise TokenRefused(BLACKLISTED)
        return token

    def get_user(self, validated_token: AccessToken) -> Any:
        """Return the user of the token."""
        try:
            return super().get_user(validated_token)
        except AuthenticationFailed:
            raise TokenRefused(INVALID) from None


class IsAdministrator(BasePermission):
    """Lets administrators through."""

    def has_permission(self, request: Request, _view: Any) -> bool:
        """Tell whether the caller is one."""
        return bool(request.user.admin)
