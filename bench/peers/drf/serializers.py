"""What is taken and what is told: the shape of a widget stands here."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

from bench.peers.drf.models import User, Widget
from bench.peers.shared.formats import local_time, timespan
from bench.peers.shared.pages import PATH, widget_links
from bench.peers.shared.rules import MISSING, future_deadline, info_url, utc_now, widget_name


class OwnerSerializer(serializers.ModelSerializer):
    """Whose widget it is."""

    class Meta:
        """The fields."""

        model = User
        fields = ("email", "public_id")


class WidgetSerializer(serializers.ModelSerializer):
    """A widget; the context has ``now``, ``base_url`` and ``is_admin``."""

    created_at = serializers.CharField(source="created_at_str")
    deadline = serializers.CharField(source="deadline_str")
    deadline_passed = serializers.SerializerMethodField()
    time_remaining = serializers.SerializerMethodField()
    owner = OwnerSerializer()
    link = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta:
        """The fields."""

        model = Widget
        fields = (
            "name",
            "info_url",
            "created_at",
            "created_at_iso8601",
            "created_at_rfc822",
            "deadline",
            "deadline_iso8601",
            "deadline_passed",
            "time_remaining",
            "owner",
            "link",
            "links",
        )

    def get_deadline_passed(self, widget: Widget) -> bool:
        """Tell whether the deadline is over."""
        return widget.deadline_passed(self.context["now"])

    def get_time_remaining(self, widget: Widget) -> str:
        """Return the time until the deadline."""
        return widget.time_remaining(self.context["now"])

    def get_link(self, widget: Widget) -> str:
        """Return the widget's own URL."""
        return f"{self.context['base_url']}{PATH}/{widget.name}"

    def get_links(self, widget: Widget) -> dict[str, str]:
        """Return what the caller may do with the widget."""
        return widget_links(self.get_link(widget), is_admin=self.context["is_admin"])


class UserSerializer(serializers.ModelSerializer):
    """A user; the context has the ``token``."""

    registered_on = serializers.SerializerMethodField()
    token_expires_in = serializers.SerializerMethodField()

    class Meta:
        """The fields."""

        model = User
        fields = ("email", "public_id", "admin", "registered_on", "token_expires_in")

    def get_registered_on(self, user: User) -> str:
        """Return when the account was made."""
        return local_time(user.registered_on)

    def get_token_expires_in(self, _user: User) -> str:
        """Return how long the token lives."""
        return timespan(datetime.fromtimestamp(self.context["token"]["exp"], UTC) - utc_now())


class RuleField(serializers.Field):
    """A field whose value a rule of the contract judges."""

    def __init__(self, rule: Callable[[Any], Any]) -> None:
        super().__init__(error_messages={"required": MISSING})
        self.rule = rule

    def to_internal_value(self, data: Any) -> Any:
        """Return the value."""
        try:
            return self.rule(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class NewWidgetSerializer(serializers.Serializer):
    """A widget to be made."""

    name = RuleField(widget_name)
    info_url = RuleField(info_url)
    deadline = RuleField(future_deadline)
