"""The rules of widgets: create, retrieve, update, delete."""

from datetime import datetime
from typing import Any, Unpack

from sqlalchemy import String, bindparam, delete, or_, select, update

from app.errors import AlreadyExists, NotFound
from app.extensions import Refusals, db, refused_if_duplicate, transaction
from app.models import Widget
from app.models.listing import Listing
from app.models.reading import Query
from app.models.writing import Insertion
from app.target import Expectation, Target
from app.util.database.caseless import lower_ascii
from app.util.datetime_util import utc_now
from app.util.page import Page, Place

_ALL = Listing(Widget.view(), Widget.id)
_NEW = Insertion(
    Widget, Widget.name, Widget.info_url, Widget.created_at, Widget.deadline, owner=Widget.owner_id
)
_BY_NAME = Query(
    Widget.view().where(Widget.has_lower_name(bindparam("name", type_=String))), at_most_one=True
)


def create_widget(*, name: str, info_url: str, deadline: datetime) -> None:
    """Add a widget, committed, that belongs to the caller, an administrator.

    *deadline* is aware.  Raises AlreadyExists if *name* is taken, whatever the case.
    """
    with refused_if_duplicate(_name_taken(name)):
        _NEW.insert(name=name, info_url=info_url, created_at=utc_now(), deadline=deadline)


def retrieve_widget_list(**place: Unpack[Place]) -> Page[Any]:
    """Return the page of all widgets, in the order of their creation, that is at *place*."""
    return _ALL.page_at(**place)


def retrieve_widget(*, name: str) -> Any:
    """Return the widget called *name*, whatever the case, as a row of its view.  Raises NotFound."""
    widget = _find(name)
    if widget is None:
        raise NotFound(f"{name} not found in database.")
    return widget


def update_widget(name: str, /, *, expected: Expectation | None = None, **changes: Any) -> Widget:
    """Give the widget called *name* new values, a new name among them, and return it, committed.

    *changes* are columns and their values, ``name`` among them where it is to change.  Raises NotFound,
    StateChanged if the widget is not, or no longer, as *expected*, AlreadyExists if the new name is taken.
    """
    new_name = changes.get("name", name)
    target = Target.of(Widget, Widget.has_name(name), expected, lambda: _find(name))
    statement = update(Widget).where(target.condition).values(changes).returning(Widget.id)
    with transaction(if_duplicate=_name_taken(new_name)):
        _lock_in_order(name, new_name)
        widget_id = db.session.scalar(statement)
        target.confirm(widget_id)
        # Once it is committed, others may change it again, and that is theirs to tell.
        widget = widget_id and db.session.get(Widget, widget_id, populate_existing=True)
        if not widget:
            raise NotFound(f"Widget name: {name} not found.")
    return widget


def delete_widget(*, name: str, expected: Expectation | None = None) -> None:
    """Delete the widget called *name*, whatever the case, if there is one.

    Raises StateChanged if it is not, or no longer, as *expected*.
    """
    named = Widget.has_name(name)
    target = Target.of(Widget, named, expected, lambda: _find(name), may_be_missing=True)
    with transaction():
        deleted = db.session.scalar(delete(Widget).where(target.condition).returning(Widget.id))
    target.confirm(deleted)


def _find(name: str) -> Any:
    return _BY_NAME.one_or_none(name=lower_ascii(name))


def _lock_in_order(*names: str) -> None:
    """Lock the widgets called *names*, so that two that take each other's name do not wait for ever."""
    either = or_(*map(Widget.has_name, names))
    db.session.execute(select(Widget.id).where(either).order_by(Widget.id).with_for_update())


def _name_taken(name: str) -> Refusals:
    return {"uq_widget_name_lower": AlreadyExists(f"Widget name: {name} already exists, must be unique.")}
