"""Pages as the contract has them: one past the end is empty, not missing."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from bench.peers.shared.pages import PageNumbers, links_in_body, page_headers
from bench.peers.shared.rules import page_wanted


class WidgetPagination(BasePagination):
    """Counts all items, and reads those of one page."""

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Any]:
        """Return the items of the page that *request* asks for."""
        page, per_page = page_wanted(request.query_params.dict())
        numbers = self.numbers = PageNumbers(page, per_page, queryset.count())
        self.base_url, self.is_admin = view.base_url(), request.user.admin
        offset = (page - 1) * per_page
        return list(queryset[offset : offset + per_page]) if offset < numbers.total else []

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page around its items."""
        numbers, links = self.numbers, self.numbers.links(self.base_url)
        body = {
            "links": links_in_body(links, self.base_url, is_admin=self.is_admin),
            "has_prev": numbers.prev is not None,
            "has_next": numbers.next is not None,
            "page": numbers.page,
            "total_pages": numbers.total_pages,
            "items_per_page": numbers.per_page,
            "total_items": numbers.total,
            "items": data,
        }
        return Response(body, headers=page_headers(links, numbers.total))
