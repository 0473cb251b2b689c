"""The Python clients, with the same methods.  What they return and raise is what was generated."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol


@dataclass
class Refused(Exception):
    """An answer that is an error, as the client understands it."""

    status: int
    error: Any


class WidgetClient(Protocol):
    """What the tests ask of a client."""

    RECIPE: str
    models: Any

    def __init__(self, origin: str, token: str = "") -> None: ...

    def close(self) -> None: ...

    def register(self, **fields: str) -> Any: ...

    def login(self, **fields: str) -> Any: ...

    def user(self) -> Any: ...

    def logout(self) -> Any: ...

    def create(self, **fields: str) -> Any: ...

    def page(self, number: int, per_page: int) -> Any: ...

    def widget(self, name: str) -> Any: ...

    def update(self, old_name: str, **fields: str) -> Any: ...

    def delete(self, name: str) -> Any: ...


class PydanticClient:
    """The client of openapi-generator: a class for each tag, errors are raised."""

    RECIPE = "Python, with pydantic"

    def __init__(self, origin: str, token: str = "") -> None:
        package = import_module("widget_client")
        self.models = import_module("widget_client.models")
        self._failure = package.ApiException
        configuration = package.Configuration(host=f"{origin}/api/v1", access_token=token or None)
        self._client = package.ApiClient(configuration)
        self._auth, self._widgets = package.AuthApi(self._client), package.WidgetsApi(self._client)

    def close(self) -> None:
        self._client.rest_client.pool_manager.clear()

    def _call(self, operation: Callable[..., Any], *arguments: Any, **query: Any) -> Any:
        try:
            return operation(*arguments, **query)
        except self._failure as failure:
            raise Refused(failure.status, failure.data) from failure

    def register(self, **fields: str) -> Any:
        return self._call(self._auth.register, self.models.RegisterInput(**fields))

    def login(self, **fields: str) -> Any:
        return self._call(self._auth.login, self.models.LoginInput(**fields))

    def user(self) -> Any:
        return self._call(self._auth.get_user)

    def logout(self) -> Any:
        return self._call(self._auth.logout)

    def create(self, **fields: str) -> Any:
        return self._call(self._widgets.create_widget, self.models.CreateWidgetInput(**fields))

    def page(self, number: int, per_page: int) -> Any:
        return self._call(self._widgets.list_widgets, page=number, per_page=per_page)

    def widget(self, name: str) -> Any:
        return self._call(self._widgets.get_widget, name)

    def update(self, old_name: str, **fields: str) -> Any:
        return self._call(self._widgets.update_widget, old_name, self.models.UpdateWidgetInput(**fields))

    def delete(self, name: str) -> Any:
        return self._call(self._widgets.delete_widget, name)


class AttrsClient:
    """The client of openapi-python-client: a module for each operation, errors are returned."""

    RECIPE = "Python, with attrs and httpx"
    PACKAGE = "flask_api_with_jwt_based_authentication_client"

    def __init__(self, origin: str, token: str = "") -> None:
        package = import_module(self.PACKAGE)
        self.models = import_module(f"{self.PACKAGE}.models")
        settings = {"base_url": f"{origin}/api/v1", "raise_on_unexpected_status": True}
        if token:
            self._client = package.AuthenticatedClient(token=token, **settings)
        else:
            self._client = package.Client(**settings)

    def close(self) -> None:
        self._client.get_httpx_client().close()

    def _call(self, module: str, *arguments: Any, **named: Any) -> Any:
        operation = import_module(f"{self.PACKAGE}.api.{module}")
        response = operation.sync_detailed(*arguments, client=self._client, **named)
        if response.status_code >= 400:
            raise Refused(response.status_code, response.parsed)
        return response.parsed

    def register(self, **fields: str) -> Any:
        return self._call("auth.register", body=self.models.RegisterInput(**fields))

    def login(self, **fields: str) -> Any:
        return self._call("auth.login", body=self.models.LoginInput(**fields))

    def user(self) -> Any:
        return self._call("auth.get_user")

    def logout(self) -> Any:
        return self._call("auth.logout")

    def create(self, **fields: str) -> Any:
        return self._call("widgets.create_widget", body=self.models.CreateWidgetInput(**fields))

    def page(self, number: int, per_page: int) -> Any:
        size = self.models.ListWidgetsPerPage(per_page)
        return self._call("widgets.list_widgets", page=number, per_page=size)

    def widget(self, name: str) -> Any:
        return self._call("widgets.get_widget", name)

    def update(self, old_name: str, **fields: str) -> Any:
        return self._call("widgets.update_widget", old_name, body=self.models.UpdateWidgetInput(**fields))

    def delete(self, name: str) -> Any:
        return self._call("widgets.delete_widget", name)
