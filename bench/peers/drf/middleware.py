"""What every answer has."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from bench.peers.shared.pages import privacy_headers

View = Callable[[HttpRequest], HttpResponse]


def keep_private(get_response: View) -> View:
    """Tell caches to keep an answer for its owner alone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        with_token = "HTTP_AUTHORIZATION" in request.META
        for name, value in privacy_headers(with_token=with_token).items():
            response[name] = value
        return response

    return middleware
