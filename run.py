"""The application object that servers load, and its command line."""

import gc
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import current_app

from settings_file import load_settings

load_settings()
gc.disable()  # what is made from here on stays: to look for garbage in it took an eighth of the start

from sqlalchemy.exc import SQLAlchemyError  # noqa: E402 - settings first

from app import create_app, db, models  # noqa: E402
from app.api import api  # noqa: E402
from app.api.auth.business import add_user, purge_tokens  # noqa: E402
from app.api.auth.dto import email_address, password_text  # noqa: E402
from app.api.documents.postman import postman_collection  # noqa: E402
from app.api.documents.views import asked_without_client, document_of  # noqa: E402
from app.config import ConfigurationError  # noqa: E402
from app.errors import ApplicationError, InvalidInput  # noqa: E402
from app.util.database.engine import begin_immediate, lift_time_limits  # noqa: E402
from app.util.database.errors import reason_of  # noqa: E402
from app.util.database.row_counting import counted_tables, keep_row_count  # noqa: E402

try:
    app = create_app(os.getenv("FLASK_ENV", "production"))
except ConfigurationError as error:
    sys.exit(f"Error: {error}")
# What is there by now stays for as long as the process: without it, the collector has little to look at.
gc.freeze()
gc.enable()
if not app.debug:
    os.environ["FLASK_DEBUG"] = "0"  # else the flask command would turn on what production has turned off


@app.shell_context_processor
def shell_context() -> dict[str, Any]:
    """Return the names that ``flask shell`` knows."""
    return {"db": db, **{name: getattr(models, name) for name in models.__all__}}


@contextmanager
def database_errors_in_words() -> Iterator[None]:
    """End a command in one line where the block cannot work with the database."""
    try:
        yield
    except SQLAlchemyError as error:
        state = "the database is not there, not migrated (flask db upgrade) or busy"
        raise click.ClickException(f"{state}: {reason_of(error)}") from error


@app.cli.command("add-user", short_help="add a new user")
@click.argument("email")
@click.option("--admin", is_flag=True, help="Make the user an administrator.")
@click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="The password; asked for if it is left out.",
)
def add_user_command(email: str, admin: bool, password: str) -> None:
    """Add a new user, called EMAIL."""
    try:
        with database_errors_in_words():
            user = add_user(email=email_address(email), password=password_text(password), admin=admin)
    except InvalidInput as error:
        raise click.ClickException("; ".join(error.errors.values())) from error
    except (ApplicationError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if current_app.config["LOG_FORMAT"] == "json":  # who reads a text reads the next line too
        logging.getLogger("app.auth").info("user added", {"public_id": user.public_id, "admin": admin})
    click.secho(f"Successfully added new {'admin user' if admin else 'user'}:\n {user}", fg="green")


@app.cli.command("openapi", short_help="print the OpenAPI document")
def openapi_command() -> None:
    """Print the OpenAPI 3.1 document, as /api/v1/openapi.json has it."""
    with asked_without_client():
        click.echo(json.dumps(document_of(api, "openapi.json"), indent=2))


@app.cli.command("postman", short_help="print a Postman collection")
@click.option("--url", default="http://127.0.0.1:5000", show_default=True, help="Where the server is.")
def postman_command(url: str) -> None:
    """Print a Postman collection of all requests, format 2.1."""
    with asked_without_client():
        collection = postman_collection(document_of(api, "openapi.json"), server=url)
    click.echo(json.dumps(collection, indent=2))


@app.cli.command("count-rows", short_help="count the rows of long tables anew")
def count_rows_command() -> None:
    """Count the rows of long tables anew, and set the triggers up that keep the numbers."""
    with database_errors_in_words(), db.engine.begin() as connection:
        begin_immediate(connection)
        lift_time_limits(connection)
        counts = {table: keep_row_count(connection, table) for table in counted_tables(db.metadata)}
    for table, count in counts.items():  # committed by now: an output that breaks undoes nothing
        click.echo(f"{table.name}: {count}")


@app.cli.command("purge-tokens", short_help="forget logged-out tokens that have expired")
def purge_tokens_command() -> None:
    """Forget the logged-out tokens that have expired: they are refused without being remembered."""
    with database_errors_in_words():
        lift_time_limits(db.session.connection())
        click.echo(f"Forgot {purge_tokens()} expired tokens.")
