"""The filter leaves out what it says, for every source alike, and nothing that only sounds like it."""

import tomllib
from pathlib import Path

import pytest

import outcrop.training.filter
from outcrop.training.filter import load_filter, plain

DATA = Path(outcrop.training.filter.__file__).parent / "data" / "filter.toml"

GOES = {
    "flag-germany": "flags",
    "usa flag": "flags",
    "Gwen ha du": "flags",
    "toyota land cruiser": "brands",
    "rubik's cube": "brands",
    "pacman": "characters",
    "condor emblem": "logos",
    "crossed-swords": "weapons",
    "ak47": "weapons",
    "pistols": "weapons",
    "battle axe": "weapons",
    "tank": "weapons",
    "gun": "weapons",
    "severed hand": "gore",
    "church": "religion",
    "prayer-beads": "religion",
    "churches": "religion",
    "swastika": "hate",
    "middle-finger": "obscenity",
    "cigarette": "tobacco",
    "ashtray": "tobacco",
    "cannabis leaf": "drugs",
    "einstein": "people",
}

STAYS = [
    "flag football",
    "golf flag + ball",
    "chequered-flag",
    "closed-mailbox-with-lowered-flag",
    "gun metal",
    "water pistol",
    "glue gun",
    "cross-country skis",
    "cross mark",
    "bullet-train",
    "bullet trash can",
    "scuba tank",
    "tank top",
    "human cannonball",
    "pestle mortar",
    "skull",
    "axe",
    "kitchen knife",
    "beer-mug",
    "wine bottle",
    "holly",
    "christmas tree",
    "blood orange",
    "tire iron cross",
    "smoking volcano",
    "ping-pong",
    "bombay palm",
    "begun",
    "red-apple",
    "poppy",
    "paint roller banner",
    "greek temple",
    "turban",
]


@pytest.mark.parametrize(("name", "rule"), GOES.items())
def test_it_goes(name: str, rule: str) -> None:
    """The name alone is enough, and the rule is the one that gives the true reason."""
    met = load_filter().against(name)
    assert met is not None
    assert met.name == rule


@pytest.mark.parametrize("name", STAYS)
def test_it_stays(name: str) -> None:
    """Innocent names that share a word with others."""
    assert load_filter().against(name) is None


def test_keywords_and_category_tell_where_the_name_does_not() -> None:
    """A drawing called `m` in the weapons' folder goes; a water pistol stays whatever its keywords are."""
    rules = load_filter()
    assert rules.against("m") is None
    assert rules.against("m", category="tools/weapons") is not None
    assert rules.against("m", keywords=("Logo",)) is not None
    assert rules.against("water pistol", keywords=("weapon",)) is None


def test_a_phrase_to_keep_does_not_hide_another_word() -> None:
    """Only the phrase itself is let through."""
    assert load_filter().against("water pistol and rifle") is not None


def test_every_rule_says_why_and_its_words_work() -> None:
    """Each word alone is left out by its own or an earlier rule, unless a phrase to keep covers all of it."""
    table = tomllib.loads(DATA.read_text(encoding="utf-8"))["rule"]
    rules = load_filter()
    assert len({row["name"] for row in table}) == len(table)
    for row in table:
        assert len(row["reason"].split()) >= 6
        assert [word for word in row["words"] if rules.against(word) is None] == []
        assert [word for word in row["keywords"] if rules.against("m", keywords=(word,)) is None] == []
        assert row["words"] == list(dict.fromkeys(row["words"]))


def test_plain_text_has_words_only() -> None:
    """Hyphens, case and apostrophes make no difference."""
    assert plain("Crossed-Swords__1, what's") == "crossed swords 1 what s"
