"""The paths."""

from django.urls import path

from bench.peers.drf.views import UserView, WidgetDetailView, WidgetListView

urlpatterns = [
    path("api/v1/auth/user", UserView.as_view()),
    path("api/v1/widgets", WidgetListView.as_view()),
    path("api/v1/widgets/<str:name>", WidgetDetailView.as_view()),
]
