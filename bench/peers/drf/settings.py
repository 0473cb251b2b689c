"""Django's settings."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from bench.peers.shared.settings import (
    ALGORITHM,
    DATABASE_URL,
    IS_SQLITE,
    ISSUER,
    SECRET_KEY,
    SQLITE_FILE,
    SQLITE_PRAGMAS,
    SQLITE_WAIT_SECONDS,
)

__all__ = ["SECRET_KEY"]

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "bench.peers.drf.urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "bench.peers.drf",
]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "bench.peers.drf.middleware.keep_private"]
AUTH_USER_MODEL = "drf.User"
APPEND_SLASH = False
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

if IS_SQLITE:
    _database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SQLITE_FILE,
        "OPTIONS": {"init_command": ";".join(SQLITE_PRAGMAS), "timeout": SQLITE_WAIT_SECONDS},
    }
else:
    _url = urlsplit(DATABASE_URL)
    _database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.path.removeprefix("/"),
        "USER": _url.username,
        "PASSWORD": _url.password,
        "HOST": _url.hostname or parse_qs(_url.query)["host"][0],
        "PORT": _url.port,
    }
DATABASES = {"default": _database | {"CONN_MAX_AGE": None}}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bench.peers.drf.authentication.RevocableJWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "bench.peers.drf.pagination.WidgetPagination",
    "EXCEPTION_HANDLER": "bench.peers.drf.errors.refuse",
}
SIMPLE_JWT = {
    "ALGORITHM": ALGORITHM,
    "SIGNING_KEY": SECRET_KEY,
    "ISSUER": ISSUER,
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=1),
    "USER_ID_FIELD": "public_id",
    "USER_ID_CLAIM": "sub",
    "TOKEN_TYPE_CLAIM": None,  # the tokens are those of this project
}
