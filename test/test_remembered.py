"""Results of functions that are remembered."""

from unittest.mock import Mock, call

from app.util.remembered import remembered


def test_function_is_called_once_for_each_argument():
    function = Mock(side_effect=str)
    written = remembered(3)(function)

    results = [written(number) for number in (1, 2, 1, 2)]

    assert results == ["1", "2", "1", "2"]
    assert function.mock_calls == [call(1), call(2)]


def test_more_results_than_may_be_remembered_are_forgotten():
    function = Mock(side_effect=str)
    written = remembered(2)(function)

    results = [written(number) for number in (1, 2, 3, 3, 1)]

    assert results == ["1", "2", "3", "3", "1"]
    assert function.mock_calls == [call(1), call(2), call(3), call(1)]
