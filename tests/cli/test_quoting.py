"""`outcrop quote` on a home of its own: by options or by a body, with what credit and budgets leave."""

import csv
import io
import json
from pathlib import Path

import pytest

from outcrop.cli import accounting, people
from outcrop.cli.quoting import Enquiry, show_quote
from outcrop.errors import InvalidRequest, NoSuchModel, Unsupported
from outcrop.settings import Settings
from tests.cli.programs import run
from tests.conftest import CORE, SD35, ULTRA

Output = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings whose home has an account `studio` with a user, some credit and a budget of a tag."""
    settings = Settings(home=tmp_path)
    people.add(settings, "alice", "studio")
    grant = accounting.Grant(
        name="spring", dollars="0.10", since=None, until=None, models=(), accounts=("studio",), place=None
    )
    accounting.add_credit(settings, grant)
    accounting.set_budget(settings, "reds", "0.30", ("tag:team=red", "month"), [80])
    return settings


def told(home: Settings, enquiry: Enquiry, capsys: Output) -> dict[str, object]:
    """The JSON of a quote."""
    capsys.readouterr()
    show_quote(home, enquiry, "json")
    content = json.loads(capsys.readouterr().out)
    assert isinstance(content, dict)
    return content


def test_pictures_of_words_are_quoted(home: Settings, capsys: Output) -> None:
    """Price, number, total, variation and the other tiers, for whoever comes with no credit."""
    capsys.readouterr()
    show_quote(home, Enquiry(model="core", number=4), "table")
    out = capsys.readouterr().out
    assert "Stable Image Core 1.1: 4 pictures = 4 x $0.04 = $0.16, on the list 'Amazon Bedrock on demand" in out
    assert "4 candidates of each = 4 x $0.16 = $0.64." in out
    rows = [line.split()[-3:] for line in out.splitlines() if "stability." in line]
    assert rows == [[CORE, "$0.04", "$0.16"], [SD35, "$0.08", "$0.32"], [ULTRA, "$0.14", "$0.56"]]
    assert out.endswith("Billed: $0.16.\n")


def test_whose_credit_and_budgets(home: Settings, capsys: Output) -> None:
    """Those of whoever would ask, with the tags they would send."""
    content = told(home, Enquiry(model="ultra", number=2, user="studio/alice", tags=("team=red",)), capsys)
    assert content["credit"] == [{"pool": "spring", "amount": "0.1", "left": "0"}]
    assert content["billed"] == "0.18"
    (budget,) = content["budgets"] if isinstance(content["budgets"], list) else []
    assert (budget["budget"], budget["left"], budget["pictures"], budget["fits"]) == ("reds", "0.02", 2, True)
    show_quote(home, Enquiry(model="ultra", number=3, user="studio/alice", tags=("team=red",)), "table")
    out = capsys.readouterr().out
    assert "It would be refused: The budget 'reds' of $0.3 a month would be passed: $0 are used" in out
    assert "passed" in out


def test_the_body_that_would_be_sent_is_read(home: Settings, tmp_path: Path, capsys: Output) -> None:
    """By the model's own dialect: steps, size, quality and number come from it."""
    body = tmp_path / "body.json"
    image = {"numberOfImages": 3, "width": 2048, "height": 2048, "quality": "premium"}
    body.write_text(
        json.dumps({"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a fox"}, "imageGenerationConfig": image}),
        encoding="utf-8",
    )
    content = told(home, Enquiry(model="canvas", body=str(body)), capsys)
    assert (content["price"], content["pictures"], content["total"]) == ("0.08", 3, "0.24")


def test_a_service_that_draws_nothing_yet_has_its_price(home: Settings, capsys: Output) -> None:
    """By options; its body is refused by name, as on the wire."""
    content = told(home, Enquiry(model="creative-upscale"), capsys)
    assert content["total"] == "0.6"


def test_offers_can_be_read_by_a_spreadsheet(home: Settings, capsys: Output) -> None:
    """CSV of the comparison, exact."""
    capsys.readouterr()
    show_quote(home, Enquiry(model="sd35", number=3), "csv")
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["model", "a picture", "3 pictures"]
    assert [SD35, "0.08", "0.24"] in rows


def test_what_cannot_be_quoted_is_said(home: Settings, tmp_path: Path) -> None:
    """Models, shapes, accounts, tags and bodies that there are not."""
    with pytest.raises(NoSuchModel):
        show_quote(home, Enquiry(model="pastel"), "table")
    with pytest.raises(InvalidRequest, match="aspect ratio '5:1' is none of 1:1"):
        show_quote(home, Enquiry(model="core", aspect_ratio="5:1"), "table")
    with pytest.raises(InvalidRequest, match="no account 'nowhere'"):
        show_quote(home, Enquiry(model="core", user="nowhere/nobody"), "table")
    with pytest.raises(InvalidRequest, match="'spring' is no tag"):
        show_quote(home, Enquiry(model="core", tags=("spring",)), "table")
    body = tmp_path / "body.json"
    body.write_bytes(b" " * 25_000_001)
    with pytest.raises(InvalidRequest, match="more than 25,000,000 bytes"):
        show_quote(home, Enquiry(model="core", body=str(body)), "table")
    body.write_text('{"prompt": "a fox", "image": ""}', encoding="utf-8")
    with pytest.raises((InvalidRequest, Unsupported)):
        show_quote(home, Enquiry(model="creative-upscale", body=str(body)), "table")


def test_the_program_reads_a_file(tmp_path: Path) -> None:
    """In a home where nothing has been kept yet."""
    (tmp_path / "body.json").write_text('{"prompt": "a fox"}', encoding="utf-8")
    done = run(tmp_path, "quote", "ultra", "--body", "body.json", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["total"] == "0.14"


def test_what_is_passed_on_is_quoted_from_the_list(tmp_path: Path, capsys: Output) -> None:
    """From options and from a body; it says that others draw it."""
    home = Settings(home=tmp_path, backend="bedrock")
    body = tmp_path / "request.json"
    body.write_text('{"prompt": "a red apple"}')
    for enquiry in (Enquiry(model="ultra", body=str(body)), Enquiry(model="ultra")):
        content = told(home, enquiry, capsys)
        assert (content["total"], content["passedOn"], content["operation"]) == ("0.14", True, "text_to_image")
        show_quote(home, enquiry, "table")
        assert "It is passed on to Amazon Bedrock: " in capsys.readouterr().out
