"""`outcrop draft`, `sheet` and `finish`: what they write and say, of a server and of this machine alike."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from outcrop.catalog.load import Catalog
from outcrop.cli import drafting
from outcrop.cli.draft_orders import DraftOrder, FinishOrder
from outcrop.cli.drafting import Counter, Where, draft_pictures, finish_pictures, write_sheet
from outcrop.cli.drafting_here import Here
from outcrop.errors import InvalidRequest, ModelFailed, NoSuchResource, Unsupported
from tests.cli.programs import run
from tests.serving import TESTER, TOKEN, Serving, serving
from tests.toy_engine import FAIL

FOX = DraftOrder(prompt="a fox in the snow", count=3, seed=7, campaign="winter")


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server of this file's own."""
    with serving(catalog) as running:
        yield running


@pytest.fixture(params=["server", "here"])
def where(request: pytest.FixtureRequest, own: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Where:
    """The same desk, once behind its server and once as this machine's own."""
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", TOKEN)
    if request.param == "server":
        return Where(out=tmp_path, server=own.url)

    @contextmanager
    def here(_: Where) -> Iterator[Counter]:
        yield Here(own.desk, TESTER)

    monkeypatch.setattr(drafting, "open_counter", here)
    return Where(out=tmp_path)


def drafted(where: Where, capsys: pytest.CaptureFixture[str], order: DraftOrder = FOX) -> tuple[str, str]:
    """The id of a new set, and what was said of it."""
    draft_pictures(order, where)
    said = capsys.readouterr().err
    found = re.search(r"Set (\w{16}):", said)
    assert found is not None
    return found[1], said


def test_drafts_are_written_with_their_sheet(where: Where, capsys: pytest.CaptureFixture[str]) -> None:
    """The price before and after, what all would cost as finals, and how to go on."""
    set_id, said = drafted(where, capsys)
    names = sorted(path.name for path in where.out.iterdir())
    assert names == [
        *(f"a-fox-in-the-snow-{set_id}-draft-{number}.png" for number in (1, 2, 3)),
        f"a-fox-in-the-snow-{set_id}-sheet.webp",
    ]
    assert f"Set {set_id}: 3 drafts on stability.stable-image-core-v1:1 for $0.12; all of them on" in said
    assert "would be $0.42." in said
    assert f"Spent $0.12. Finish those that are worth it: outcrop finish {set_id} NUMBER" in said


def test_finals_are_written_with_what_they_saved(where: Where, capsys: pytest.CaptureFixture[str]) -> None:
    """Once each: again they are written under another name, and cost nothing."""
    set_id, _ = drafted(where, capsys)
    finish_pictures(FinishOrder(set_id=set_id, numbers=(2,), model="ultra", note="the light"), where)
    told = capsys.readouterr()
    path = where.out / f"a-fox-in-the-snow-{set_id}-final-2.png"
    assert told.out.strip() == str(path)
    with Image.open(path) as image:
        assert image.size == (1024, 1024)
    assert "1 final on stability.stable-image-ultra-v1:1, 1 of them new." in told.err
    assert "The finals cost $0.14. The set cost $0.26; all 3 on" in told.err
    assert "$0.42: saved $0.16 (38%)." in told.err
    finish_pictures(FinishOrder(set_id=set_id), where)
    again = capsys.readouterr()
    assert "none of them new" in again.err
    assert "The finals cost $0.00." in again.err
    assert Path(again.out.strip()).read_bytes() == path.read_bytes()
    finish_pictures(FinishOrder(set_id=set_id, numbers=(2,), refine=True), where)
    reworded = capsys.readouterr()
    assert "1 of them new" in reworded.err
    assert Path(reworded.out.strip()).read_bytes() != path.read_bytes()


def test_a_sheet_can_be_had_again(where: Where, capsys: pytest.CaptureFixture[str]) -> None:
    """With what the set has cost."""
    set_id, _ = drafted(where, capsys)
    write_sheet(set_id, where)
    told = capsys.readouterr()
    assert told.out.strip() == str(where.out / f"a-fox-in-the-snow-{set_id}-sheet-2.webp")
    assert "The set cost $0.12;" in told.err


def test_what_goes_wrong_is_said(where: Where, capsys: pytest.CaptureFixture[str]) -> None:
    """No such set, no such draft, a model that cannot finish, drafts that cannot be drawn, no words."""
    with pytest.raises(NoSuchResource):
        write_sheet("0" * 16, where)
    set_id, _ = drafted(where, capsys)
    with pytest.raises(InvalidRequest, match="There is no draft 9"):
        finish_pictures(FinishOrder(set_id=set_id, numbers=(9,)), where)
    with pytest.raises(Unsupported, match="no model that drafts are finished on"):
        finish_pictures(FinishOrder(set_id=set_id, numbers=(1,), model="core"), where)
    with pytest.raises(ModelFailed, match="no numbers"):
        draft_pictures(DraftOrder(prompt=FAIL, count=1), where)
    with pytest.raises(InvalidRequest):
        draft_pictures(DraftOrder(prompt="  ", count=1), where)


@pytest.mark.slow
def test_the_embedded_model_drafts_and_finishes_on_this_machine(tmp_path: Path) -> None:
    """Without a server; the final is made again from its recipe, its draft found among the assets."""
    drafted = run(tmp_path, "draft", "a red teapot", "-n", "2", "--seed", "7")
    assert drafted.returncode == 0, drafted.stderr
    found = re.search(r"Set (\w{16}):", drafted.stderr)
    assert found is not None
    finished = run(tmp_path, "finish", found[1], "2")
    assert finished.returncode == 0, finished.stderr
    again = run(tmp_path, "replay", finished.stdout.strip())
    assert (again.returncode, again.stderr.strip().splitlines()[-1]) == (0, "The same picture, byte by byte.")
    books = run(tmp_path, "ledger", "check")
    assert "The books are right" in books.stdout
