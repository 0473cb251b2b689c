"""Rows with names, made of columns."""

import pytest

from app.util.database.rows import row_maker


@pytest.mark.parametrize(
    "labels",
    [["id", "id"], ["owner", "owner.email"], ["owner.email", "owner"], ["a.b", "a.b"], ["a.b.c", "a.b"]],
)
def test_columns_that_collide_are_refused(labels: list[str]):
    with pytest.raises(ValueError, match="collides with another column"):
        row_maker(labels)


@pytest.mark.parametrize("label", ["class", "_x", "a b", "owner.class", "", "count(1)"])
def test_column_that_cannot_be_a_member_is_refused_by_its_name(label: str):
    with pytest.raises(ValueError, match="cannot be the name of a member"):
        row_maker(["id", label])


def test_columns_of_one_thing_become_one_member():
    (row,) = row_maker(["id", "owner.name", "owner.at.city", "owner.at.zip"])([[1], ["me"], ["X"], [2]])

    assert (row.owner.name, row.owner.at.city, row.owner.at.zip) == ("me", "X", 2)
