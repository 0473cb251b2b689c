"""What deploy/ says twice, or says of the application, is so."""

import re
import tomllib
from pathlib import Path

from app.api.headers import ALWAYS, ALWAYS_HTTPS, NO_CONTENT_AT_ALL
from app.config import FROM_ENVIRONMENT, Config
from workers import KILL_SECONDS

ROOT = Path(__file__).parent.parent
COMPOSE, DOCKERFILE, EXAMPLE, NGINX, UNIT = (
    (ROOT / "deploy" / name).read_text()
    for name in ("compose.yaml", "Dockerfile", "example.env", "nginx.conf", "widget-api@.service")
)
OF_COMPOSE = {"POSTGRES_PASSWORD", "PUBLIC_PORT"}


def test_example_has_no_secret():
    given = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.M))

    assert {name for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "DATABASE_URL") if given[name]} == set()
    assert set(given) <= {*FROM_ENVIRONMENT, *OF_COMPOSE, "WORKERS"}


def test_filled_in_copy_stays_out_of_version_control():
    assert "/deploy/.env" in (ROOT / ".gitignore").read_text().splitlines()


def test_everybody_names_the_same_largest_body():
    sizes = re.findall(r"(?:client_max_body_size |MAX_CONTENT_LENGTH: \"|at most )(\d+)", COMPOSE + NGINX)

    assert sizes == [str(Config.MAX_CONTENT_LENGTH)] * 3


def test_nginx_tells_browsers_what_the_application_tells_them():
    for name, value in (NO_CONTENT_AT_ALL, ALWAYS_HTTPS, *ALWAYS):
        variable = name.lower().replace("-", "_").removeprefix("x_")
        (given,) = re.findall(rf'map .* \${variable} {{\n +"(?:https )?" "?([^"\n]*?)"?;$', NGINX, re.M)
        assert given == value
        assert f"add_header {name} ${variable} always;" in NGINX


def test_everybody_waits_for_the_requests_in_flight():
    graces = re.findall(
        r"(?:stop_grace_period: |TimeoutStopSec=)(\d+)", COMPOSE.split("\nservices:")[0] + UNIT
    )

    assert len(graces) == 2
    assert all(int(grace) > KILL_SECONDS for grace in graces)


def test_upstreams_have_addresses_in_the_compose_file():
    for name in re.findall(r"^ +server (\S+):8000 ", NGINX, re.M):
        (address,) = re.findall(rf'"{name}:([\d.]+)"', COMPOSE)
        assert (
            f"  {name}:\n    <<: *served\n    networks:\n      default: {{ ipv4_address: {address} }}"
            in COMPOSE
        )


def test_image_gets_every_module_and_no_settings():
    copied = set(" ".join(re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.M)).split())
    modules = {file.name for file in ROOT.glob("*.py")} - {"setup.py"}

    assert copied == {*modules, "requirements.txt", ".flaskenv", "migrations", "app"}
    ignored = (ROOT / "deploy/Dockerfile.dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in copied} == {line for line in ignored if line.startswith("!")}
    assert re.search(r"^USER (?!root)", DOCKERFILE, re.M)


def test_image_has_the_bytecode_of_all_that_a_start_loads():
    modules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["py-modules"]
    copied, compiled = DOCKERFILE.split("RUN python -m compileall -q ")

    assert set(compiled.splitlines()[0].split()) == {"app", *(f"{module}.py" for module in modules)}
    assert "\nCOPY app app\n" in copied
