"""Who may import whom.  The table stands in CONTRIBUTING.md; this holds the code to it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"

# A room, and the rooms that it may know besides itself and its neighbours of the same kind.
MAY_IMPORT = {
    "endpoints": {
        "business",
        "conditional",
        "dto",
        "decorator",
        "limits",
        "pagination",
        "responses",
        "urls",
        "util",
    },
    "limits": {"errors", "util"},
    "decorator": {"models", "errors", "util"},
    "business": {"models", "target", "errors", "extensions", "util"},
    "target": {"errors", "util"},
    "dto": {"pagination", "arguments", "fields", "util"},
    "error_handlers": {"errors", "responses", "util"},
    "pagination": {"arguments", "conditional", "occasion", "urls", "util"},
    "root": {"conditional", "fields", "urls"},
    "conditional": {"errors", "occasion", "responses", "util"},
    "responses": {"occasion", "serializer"},
    "arguments": {"errors", "util"},
    "fields": {"occasion", "urls", "util"},
    "occasion": {"urls", "util"},
    "urls": {"util"},
    "headers": set(),
    "request": {"util"},
    "restx_api": {"documents", "serializer", "ui"},
    "retry": {"errors", "extensions", "util"},
    "ui": {"unchanging", "util"},
    "unchanging": {"errors", "util"},
    "edge": {"headers", "request_log"},
    "stateless": set(),
    "routing": {"util"},
    "documents": {"responses", "unchanging"},
    "health": {"errors", "extensions", "responses", "util"},
    "request_log": {"util"},
    "serializer": set(),
    "models": {"extensions", "util"},
    "extensions": {"util"},
    "config": {"util"},
    "errors": set(),
    "util": set(),
}
MAY_IMPORT_ANYTHING = {"app", "api"}  # app/__init__.py and app/api/__init__.py put the rooms together
KINDS = {
    "argument_types": "arguments",
    "challenges": "error_handlers",
    "link_fields": "fields",
    "marshalling": "serializer",
    "password_rules": "business",
    "sources": "arguments",
}


def room_of(module: str) -> str:
    """Return the room of *module*: app.models.user is in models, app.api.auth.dto is a dto."""
    parts = module.split(".")
    if len(parts) == 1:
        return "app"
    for room in ("models", "util", "documents"):
        if room in parts[1:3]:
            return room
    return KINDS.get(parts[-1], parts[-1])


def modules() -> Iterator[tuple[str, Path]]:
    for file in sorted(APP.rglob("*.py")):
        parts = ("app", *file.relative_to(APP).with_suffix("").parts)
        yield ".".join(parts).removesuffix(".__init__"), file


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import hides the room"
            yield node.module or ""


MODULES = dict(modules())
ROOMS = {module: room_of(module) for module in MODULES}
RESOURCES = {module.split(".")[2] for module, room in ROOMS.items() if room == "endpoints"} - {"auth"}


@pytest.mark.parametrize("module", [m for m, room in ROOMS.items() if room not in MAY_IMPORT_ANYTHING])
def test_module_imports_only_from_the_rooms_that_it_may_know(module: str):
    if MODULES[module].name == "__init__.py" and MODULES[module].parent.parent.name == "api":
        assert list(imports_of(MODULES[module])) == []
        return
    room = ROOMS[module]
    known = {room_of(name) for name in imports_of(MODULES[module]) if name.split(".")[0] == "app"}

    assert known <= MAY_IMPORT[room] | {room}


@pytest.mark.parametrize("module", [m for m, room in ROOMS.items() if room == "business"])
def test_business_knows_no_request_and_no_status(module: str):
    source = ast.parse(MODULES[module].read_text())
    names = {node.name for node in ast.walk(source) if isinstance(node, ast.alias)}

    assert not names & {"request", "Response", "HTTPStatus", "jsonify", "url_for", "g", "abort"}
    assert not any(
        name.startswith(("flask_restx", "werkzeug", "http")) for name in imports_of(MODULES[module])
    )


@pytest.mark.parametrize("module", [m for m, room in ROOMS.items() if room == "models"])
def test_models_know_no_url_and_no_format(module: str):
    text = MODULES[module].read_text()

    assert "url_for" not in text
    assert "strftime" not in text


def test_only_what_reads_requests_mentions_reqparse():
    mentions = {room for module, room in ROOMS.items() if "reqparse" in MODULES[module].read_text()}

    assert mentions <= {"dto", "pagination", "arguments", "endpoints"}


def names_resource(source: str, resource: str) -> bool:
    """Tell whether *source* imports from *resource*, such as "tags", or has a path or an endpoint of it.

    Other words may be the same: what is said of entity tags does not speak of a resource that is called so.
    """
    one = resource.removesuffix("s").replace("_", "_?")
    imported = rf"app\.api\.{resource}(\..*)?|app\.models\.{one}s?"
    written = rf"/{resource}(/.*)?|api\.{one}s?(_list)?"
    nodes = list(ast.walk(ast.parse(source)))
    modules = [name for node in nodes for name in modules_in(node)]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return any(re.fullmatch(imported, name, re.I) for name in modules) or any(
        re.fullmatch(written, text) for text in texts
    )


def modules_in(node: ast.AST) -> Iterator[str]:
    """Yield the modules that an import may take: ``from app.models import Tag`` means that of the model."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        within = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        yield within.removesuffix(".")
        yield from (f"{within}{alias.name}" for alias in node.names)


@pytest.mark.parametrize(
    "module",
    [
        m
        for m in MODULES
        if m.startswith("app.api.") and m.count(".") == 2 and m.split(".")[2] not in RESOURCES | {"auth"}
    ],
)
def test_shared_rooms_name_no_resource(module: str):
    source = MODULES[module].read_text()

    assert [resource for resource in RESOURCES if names_resource(source, resource)] == []


@pytest.mark.parametrize(
    "source",
    [
        "from app.models import Tag",
        "from app.models.tag import Tag as Thing",
        "import app.api.tags.dto",
        "from app.api import tags",
        "url_for('api.tag', name=name)",
        "page_response(model, page, endpoint='api.tag_list')",
        "redirect('/tags/first')",
    ],
)
def test_import_endpoint_or_path_of_a_resource_names_it(source: str):
    assert names_resource(source, "tags")


@pytest.mark.parametrize("resource", ["tags", "items", "users", "files", "links", "headers", "states"])
def test_resource_may_be_called_as_shared_rooms_call_things(resource: str):
    shared = [file for file in APP.glob("api/*.py") if file.name != "__init__.py"]

    assert [file.name for file in shared if names_resource(file.read_text(), resource)] == []


def test_table_of_rooms_is_the_one_that_the_code_is_held_to():
    rooms = (ROOT / "CONTRIBUTING.md").read_text().split("\n## Rooms\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in row] for row in re.findall(r"^\|(.*)\|(.*)\|(.*)\|$", rooms, re.M)[2:]]

    assert {room: set(filter(None, known.split(", "))) for room, _, known in rows} == MAY_IMPORT


def test_no_module_is_long():
    lengths = {module: len(file.read_text().splitlines()) for module, file in MODULES.items()}

    assert {module: lines for module, lines in lengths.items() if lines > 150} == {
        "app.config": lengths["app.config"]
    }
