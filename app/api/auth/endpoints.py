"""The resources under /auth."""

from http import HTTPStatus

from flask import Response
from flask_restx import Namespace, Resource

from app.api.auth.business import (
    AccessGrant,
    get_logged_in_user,
    process_login_request,
    process_logout_request,
    process_registration_request,
)
from app.api.auth.decorator import current_identity, current_token, token_required
from app.api.auth.dto import auth_reqparser, register_reqparser, token_model, user_model
from app.api.auth.limits import count_registration, failures_counted
from app.api.responses import document, success
from app.util.cpu_bound import cpu_bound

NEVER_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
DOCUMENTED_NEVER_STORE = {
    name: {"enum": [value], "x-required": True, "description": "Nobody stores the answer"}
    for name, value in NEVER_STORE.items()
}

auth_ns = Namespace("auth", description="Accounts and access tokens")
auth_ns.add_model(user_model.name, user_model)
auth_ns.add_model(token_model.name, token_model)


@auth_ns.route("/register", endpoint="auth_register")
class RegisterUser(Resource):
    """/auth/register"""

    @auth_ns.doc("register")
    @auth_ns.expect(register_reqparser)
    @auth_ns.response(
        HTTPStatus.CREATED,
        "New user was registered and is logged in.",
        token_model,
        headers=DOCUMENTED_NEVER_STORE,
    )
    @auth_ns.response(HTTPStatus.BAD_REQUEST, "Validation error.")
    @auth_ns.response(HTTPStatus.CONFLICT, "Email address is already registered.")
    @auth_ns.response(HTTPStatus.TOO_MANY_REQUESTS, "Too many registrations.")
    @cpu_bound
    def post(self) -> Response:
        """Register a regular user and get an access token."""
        fields = register_reqparser.parse_args()
        count_registration()
        grant = process_registration_request(**fields)
        return _token_response(grant, "successfully registered", HTTPStatus.CREATED)


@auth_ns.route("/login", endpoint="auth_login")
class LoginUser(Resource):
    """/auth/login"""

    @auth_ns.doc("login")
    @auth_ns.expect(auth_reqparser)
    @auth_ns.response(HTTPStatus.OK, "Login succeeded.", token_model, headers=DOCUMENTED_NEVER_STORE)
    @auth_ns.response(HTTPStatus.BAD_REQUEST, "Validation error.")
    @auth_ns.response(HTTPStatus.UNAUTHORIZED, "Email or password does not match.")
    @auth_ns.response(HTTPStatus.TOO_MANY_REQUESTS, "Too many failed logins.")
    @cpu_bound
    def post(self) -> Response:
        """Get an access token for an address and its password."""
        fields = auth_reqparser.parse_args()
        with failures_counted(fields["email"]):
            grant = process_login_request(**fields)
        return _token_response(grant, "successfully logged in", HTTPStatus.OK)


@auth_ns.route("/user", endpoint="auth_user")
class GetUser(Resource):
    """/auth/user"""

    @auth_ns.doc("get_user")
    @auth_ns.response(HTTPStatus.OK, "Token is valid.", user_model)
    @token_required
    def get(self) -> Response:
        """Retrieve the user whose token was sent."""
        return document(user_model, get_logged_in_user(token=current_token()))


@auth_ns.route("/logout", endpoint="auth_logout")
class LogoutUser(Resource):
    """/auth/logout"""

    @auth_ns.doc("logout")
    @auth_ns.response(HTTPStatus.OK, "Token is refused from now on.")
    @token_required
    def post(self) -> Response:
        """Log out: the token that was sent is refused from now on."""
        process_logout_request(identity=current_identity())
        return success("successfully logged out")


def _token_response(grant: AccessGrant, message: str, status: HTTPStatus) -> Response:
    """Return *grant* as RFC 6750, section 4, has it."""
    return success(
        message,
        status,
        NEVER_STORE,
        access_token=grant.access_token,
        token_type="bearer",  # noqa: S106 - the type's name, no secret
        expires_in=grant.expires_in,
    )
