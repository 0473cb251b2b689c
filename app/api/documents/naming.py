"""What operations are called in generated clients, unless a resource says it."""

import re
from collections.abc import Mapping

# A resource called ThingList is the collection of the things, and one called Thing a member of it.
_OF_COLLECTION: Mapping[str, str] = {"get": "list_{}s", "post": "create_{}"}
_OF_MEMBER: Mapping[str, str] = {"put": "update_{}", "patch": "change_{}"}


def operation_id(resource: str, method: str) -> str:
    """Return what *method* of the class *resource* does: ``list_things``, ``create_thing``, ``get_thing``."""
    words = _snake_case(resource.partition("_/")[0])  # restx adds the path where that has words of its own
    thing = words.removesuffix("_list")
    names = _OF_MEMBER if thing == words else _OF_COLLECTION
    return names.get(method, f"{method}_{{}}").format(thing)


def operation_id_at(path: str, operation_id: str) -> str:
    """Return *operation_id* as that of the operation at *path*, where another path has it already."""
    return f"{operation_id}_at_{'_'.join(re.findall('[A-Za-z0-9]+', path))}"


def _snake_case(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
