"""What is asked for is held against its account's policy before anything is planned."""

from pathlib import Path

import pytest

from outcrop.errors import Withheld
from outcrop.jobs.screening import USUAL_FOR_ALL, Screening, kept_policies
from outcrop.prompt import NOTHING, plain
from outcrop.request import TextToImage
from outcrop.safety.policy import USUAL, Policy, written
from outcrop.store.documents import put_document
from outcrop.units import Size
from tests.serving import ACCOUNT, directory_of


def asked(prompt: str, negative: str = "") -> TextToImage:
    """A request for a picture."""
    return TextToImage(prompt=plain(prompt), negative_prompt=plain(negative), size=Size(width=64, height=64))


def test_what_is_blocked_is_withheld_without_its_words() -> None:
    """The reason says what it is about and what to do, and never quotes the prompt."""
    with pytest.raises(Withheld, match="dressed") as held:
        USUAL_FOR_ALL.screen(ACCOUNT, asked("a nude woman"))
    assert (held.value.stage, held.value.categories) == ("prompt", ("sexual",))
    assert "nude" not in str(held.value).split()
    USUAL_FOR_ALL.screen(ACCOUNT, asked("a fox", "nude"))


def test_a_picture_without_words_passes() -> None:
    """There is nothing to read."""
    USUAL_FOR_ALL.screen(ACCOUNT, TextToImage(prompt=NOTHING, size=Size(width=64, height=64)))


def test_screening_that_is_off_holds_nothing_back() -> None:
    """Whoever runs the server may say so."""
    Screening(policy_of=None).screen(ACCOUNT, asked("a nude woman"))


def test_an_account_s_own_policy_counts(tmp_path: Path) -> None:
    """The one it has left last; the usual one where it has left none."""
    with directory_of(tmp_path) as directory:
        policy_of = kept_policies(directory.database)
        assert policy_of(ACCOUNT) == USUAL
        own = Policy(deeds=dict(USUAL.deeds) | {"weapons": "block"}, deny=("fox",))
        with directory.database.writing() as connection:
            put_document(connection, ACCOUNT, "prompt_policy", written(own))
        assert policy_of(ACCOUNT) == own
        with pytest.raises(Withheld) as held:
            Screening(policy_of=policy_of).screen(ACCOUNT, asked("a fox with a pistol"))
        assert held.value.categories == ("denied", "weapons")
