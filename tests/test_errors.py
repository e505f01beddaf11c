"""The domain's errors and the tree that describes them."""

import re

from outcrop import errors


def test_the_tree_shows_every_error() -> None:
    """In the module's docstring, each once, with a few words."""
    shown = re.findall(r"^ *[├└]── (\w+) +\S", errors.__doc__ or "", re.MULTILINE)
    assert sorted(shown) == sorted(error.__name__ for error in errors.OutcropError.__subclasses__())
