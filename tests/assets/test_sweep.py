"""Keeping house: what rules no longer keep goes for good, orphans go in a day, and nothing else goes at all."""

from outcrop.assets.library import REMEMBERED_S
from outcrop.assets.retention import A_DAY_S, Retention, Rule
from outcrop.assets.store import Digest
from outcrop.assets.sweep import Swept, sweep
from outcrop.store.assets import Parent, SoughtAssets
from outcrop.store.documents import put_document
from tests.assets.test_library import CONTENT, A, B, Shelf, shelf

__all__ = ["shelf"]


def put_rules(shelf: Shelf, account: str, *rules: Rule) -> None:
    """Give an account rules."""
    with shelf.library.database.writing() as connection:
        put_document(connection, account, "asset_retention", Retention(rules=rules).written())


def there(shelf: Shelf) -> set[str]:
    """The prompts of all assets."""
    with shelf.library.database.reading() as connection:
        return {one.prompt or "" for one in shelf.library.search(connection, SoughtAssets(account_id=None, most=9999))}


def test_what_rules_no_longer_keep_goes_for_good(shelf: Shelf) -> None:
    """Of the account whose rules they are, and nothing that is to stay."""
    put_rules(shelf, A, Rule(days=10), Rule(days=20, campaign="spring"))
    draft = shelf.keep(b"1", prompt="a draft")
    shelf.keep(b"2", prompt="a final", parents=(Parent(asset_id=draft.id, role="draft"),))
    shelf.keep(b"3", prompt="a choice", pinned=True)
    shelf.keep(b"4", prompt="in review", held="held")
    shelf.keep(b"5", prompt="in spring", campaign="spring")
    shelf.keep(b"6", prompt="another's", account_id=B)
    shelf.time += 10 * A_DAY_S - 1
    shelf.keep(b"7", prompt="a new one")
    assert sweep(shelf.library).expired == 0
    shelf.time += 1
    assert sweep(shelf.library) == Swept(expired=1, erased=1, orphans=0)
    assert there(shelf) == {"a final", "a choice", "in review", "in spring", "another's", "a new one"}
    assert draft.digest not in shelf.digests()
    shelf.time += 10 * A_DAY_S
    assert sweep(shelf.library) == Swept(expired=2, erased=2, orphans=0)
    assert there(shelf) == {"a final", "a choice", "in review", "another's"}


def test_many_go_in_several_transactions(shelf: Shelf) -> None:
    """All of them, those on the edge of a batch included."""
    put_rules(shelf, A, Rule(days=1))
    new = shelf.new()
    with shelf.library.database.writing() as connection:
        for number in range(450):
            shelf.time += 0.001
            shelf.library.keep(connection, new)
            if number % 100 == 0:
                shelf.library.keep(connection, shelf.new(prompt="stays", pinned=True))
    shelf.time += A_DAY_S + 1
    assert sweep(shelf.library).expired == 450
    assert there(shelf) == {"stays"}
    assert shelf.library.read(shelf.keep()) == CONTENT


def test_bytes_that_no_asset_has_go_in_a_day(shelf: Shelf) -> None:
    """Whoever put them may be about to keep an asset of them, or have died."""
    kept, lost, late = shelf.keep(b"kept"), shelf.library.put(b"lost"), shelf.new(b"late")
    assert sweep(shelf.library) == Swept(expired=0, erased=0, orphans=2)
    assert sweep(shelf.library) == Swept(expired=0, erased=0, orphans=0)
    with shelf.library.database.writing() as connection:
        asset = shelf.library.keep(connection, late)
    shelf.time += REMEMBERED_S + 1
    assert sweep(shelf.library) == Swept(expired=0, erased=1, orphans=0)
    assert shelf.digests() == {kept.digest, asset.digest}
    assert lost not in shelf.digests()


def test_a_round_without_orphans_lists_nothing(shelf: Shelf) -> None:
    """It is the dear part."""
    shelf.library.put(b"lost")
    assert sweep(shelf.library, orphans=False) == Swept(expired=0, erased=0, orphans=0)


def test_renditions_of_what_another_server_has_deleted_go(shelf: Shelf) -> None:
    """Its cache is its own."""
    asset = shelf.keep()
    for digest in (Digest(asset.digest), Digest("0" * 64)):
        shelf.library.renditions.put(digest, "small", b"x")
    sweep(shelf.library)
    assert [*shelf.library.renditions.digests()] == [asset.digest]
