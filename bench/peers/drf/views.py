"""The views."""

from typing import Any

from django.db import IntegrityError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.peers.drf.authentication import IsAdministrator
from bench.peers.drf.models import Widget
from bench.peers.drf.serializers import NewWidgetSerializer, UserSerializer, WidgetSerializer
from bench.peers.shared.pages import PATH, created_body
from bench.peers.shared.refusals import already_exists, not_found
from bench.peers.shared.rules import utc_now


class UserView(APIView):
    """/auth/user"""

    def get(self, request: Request) -> Response:
        """Tell the caller who that is."""
        return Response(UserSerializer(request.user, context={"token": request.auth}).data)


class WidgetView(GenericAPIView):
    """What both resources of widgets share."""

    queryset = Widget.objects.select_related("owner").order_by("id")
    serializer_class = WidgetSerializer

    def base_url(self) -> str:
        """Return scheme and host."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    def get_serializer_context(self) -> dict[str, Any]:
        """Return what the serializer has to know besides the widget."""
        return {"now": utc_now(), "base_url": self.base_url(), "is_admin": self.request.user.admin}


class WidgetListView(WidgetView):
    """/widgets"""

    def get_permissions(self) -> list[Any]:
        """Return who may call."""
        administrators = [IsAdministrator()] if self.request.method == "POST" else []
        return [IsAuthenticated(), *administrators]

    def get(self, _request: Request) -> Response:
        """Return a page of widgets."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def post(self, request: Request) -> Response:
        """Make a widget."""
        fields = NewWidgetSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        name = fields.validated_data["name"]
        try:
            Widget.objects.create(**fields.validated_data, owner=request.user)
        except IntegrityError:
            raise already_exists(name) from None
        location = {"Location": f"{self.base_url()}{PATH}/{name}"}
        return Response(created_body(name), 201, headers=location)


class WidgetDetailView(WidgetView):
    """/widgets/{name}"""

    def get(self, _request: Request, name: str) -> Response:
        """Return a widget."""
        widget = self.get_queryset().filter(name__lower=name.lower()).first()
        if widget is None:
            raise not_found(name)
        return Response(self.get_serializer(widget).data)
