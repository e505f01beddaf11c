"""Links that sign in once."""

import pytest

from outcrop.access.sign_in_links import LASTS_S, SignInLinks
from outcrop.clock import random_bytes
from outcrop.errors import UnknownKey


class Hands:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        """Where the hands are."""
        return self.at


def test_a_link_opens_once() -> None:
    """With the key that it was issued for; another link is not touched by that."""
    links = SignInLinks(Hands(), random_bytes)
    one, other = links.issue("AKIAONE"), links.issue("AKIAOTHER")
    assert links.redeem(one) == "AKIAONE"
    with pytest.raises(UnknownKey, match="used, or is too old"):
        links.redeem(one)
    assert links.redeem(other) == "AKIAOTHER"


def test_a_link_does_not_open_for_long() -> None:
    """And not at another time, once it was too late."""
    clock = Hands()
    links = SignInLinks(clock, random_bytes)
    soon, late = links.issue("AKIA"), links.issue("AKIA")
    clock.at = LASTS_S - 1
    assert links.redeem(soon) == "AKIA"
    clock.at = LASTS_S
    with pytest.raises(UnknownKey):
        links.redeem(late)
    clock.at = 0
    with pytest.raises(UnknownKey):
        links.redeem(late)


@pytest.mark.parametrize("token", ["", "A" * 32, "é"])
def test_what_was_not_issued_opens_nothing(token: str) -> None:
    """Whatever it looks like."""
    links = SignInLinks(Hands(), random_bytes)
    links.issue("AKIA")
    with pytest.raises(UnknownKey):
        links.redeem(token)
