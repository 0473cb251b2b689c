"""The paths."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from bench.peers.fastapi_taught.dependencies import CurrentAdmin, CurrentUser, Session, TokenExpiry
from bench.peers.fastapi_taught.models import Widget
from bench.peers.fastapi_taught.schemas import CreatedOut, PageOut, UserOut, WidgetIn, WidgetOut
from bench.peers.shared.pages import PATH, PageNumbers, created_body, links_in_body, page_headers
from bench.peers.shared.refusals import already_exists, not_found
from bench.peers.shared.rules import page_number, page_size, utc_now

router = APIRouter(prefix="/api/v1")
PageNumber = Annotated[int, BeforeValidator(page_number), Query()]
PageSize = Annotated[int, BeforeValidator(page_size), Query()]


@router.get("/auth/user")
async def get_user(user: CurrentUser, expires_at: TokenExpiry) -> UserOut:
    """Tell the caller who that is."""
    return UserOut.of(user, expires_at, utc_now())


@router.get("/widgets/{name}")
async def get_widget(name: str, request: Request, session: Session, user: CurrentUser) -> WidgetOut:
    """Return a widget."""
    statement = select(Widget).where(func.lower(Widget.name) == name.lower())
    widget = await session.scalar(statement.options(joinedload(Widget.owner, innerjoin=True)))
    if widget is None:
        raise not_found(name)
    return WidgetOut.of(widget, utc_now(), _base_url(request), is_admin=user.admin)


@router.get("/widgets", response_model_exclude_none=True)
async def get_page(
    request: Request,
    response: Response,
    session: Session,
    user: CurrentUser,
    page: PageNumber = 1,
    per_page: PageSize = 10,
) -> PageOut:
    """Return a page of widgets."""
    total = await session.scalar(select(func.count()).select_from(Widget)) or 0
    numbers, base_url, now = PageNumbers(page, per_page, total), _base_url(request), utc_now()
    links = numbers.links(base_url)
    response.headers.update(page_headers(links, total))
    return PageOut(
        links=links_in_body(links, base_url, is_admin=user.admin),
        has_prev=numbers.prev is not None,
        has_next=numbers.next is not None,
        page=page,
        total_pages=numbers.total_pages,
        items_per_page=per_page,
        total_items=total,
        items=[
            WidgetOut.of(widget, now, base_url, is_admin=user.admin)
            for widget in await _widgets(session, numbers)
        ],
    )


@router.post("/widgets", status_code=HTTPStatus.CREATED)
async def create_widget(
    fields: WidgetIn, request: Request, response: Response, session: Session, admin: CurrentAdmin
) -> CreatedOut:
    """Make a widget."""
    widget = Widget(
        name=fields.name,
        info_url=fields.info_url,
        created_at=utc_now().replace(tzinfo=None),
        deadline=fields.deadline.replace(tzinfo=None),
        owner_id=admin.id,
    )
    session.add(widget)
    try:
        await session.commit()
    except IntegrityError:
        raise already_exists(fields.name) from None
    response.headers["Location"] = f"{_base_url(request)}{PATH}/{widget.name}"
    return CreatedOut(**created_body(widget.name))


async def _widgets(session: Session, numbers: PageNumbers) -> list[Widget]:
    offset = (numbers.page - 1) * numbers.per_page
    if offset >= numbers.total:
        return []
    statement = select(Widget).options(joinedload(Widget.owner, innerjoin=True)).order_by(Widget.id)
    return list(await session.scalars(statement.offset(offset).limit(numbers.per_page)))


def _base_url(request: Request) -> str:
    return str(request.base_url).rstrip("/")
