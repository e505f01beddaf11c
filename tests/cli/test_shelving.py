"""`outcrop assets`: found, shown, written, tagged, linked, kept by rules, swept and deleted."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from outcrop.assets.library import FOLDER, NewAsset
from outcrop.catalog.load import Catalog
from outcrop.cli.app import app
from outcrop.cli.shelving import read_wanted
from outcrop.cli.wiring import open_shelves
from outcrop.clock import unix_time
from outcrop.errors import Denied, InvalidRequest, NoSuchModel, NoSuchResource
from outcrop.jobs.desk import open_library
from outcrop.settings import Settings
from outcrop.store.assets import Asset, Parent, find_asset_or_stub, hold_asset
from outcrop.store.database import open_database
from tests.api.rest.pictures import file, opened, scene, upload
from tests.conftest import CORE
from tests.serving import ACCOUNT, directory_of, serving

CONTENT = file(scene())


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Asset]:
    """Two assets in a home: an upload, and what a job has made of it."""
    monkeypatch.setenv("OUTCROP_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    settings = Settings(home=tmp_path)
    with directory_of(tmp_path) as directory:
        library = open_library(directory.database, open_shelves(settings), unix_time)
        found: list[Asset] = []
        for name, prompt in (("source", None), (None, "a fox in snow")):
            content = CONTENT if prompt is None else file(scene(96, 96))
            new = NewAsset(
                account_id=ACCOUNT,
                user_name="tester",
                kind="picture" if prompt else "upload",
                digest=library.put(content),
                format="png",
                width=160,
                height=96,
                size_bytes=len(content),
                name=name,
                prompt=prompt,
                model_id=CORE if prompt else None,
                campaign="spring",
                tags={"season": "winter"},
                parents=tuple(Parent(asset_id=one.id, role="input") for one in found),
            )
            with directory.database.writing() as connection:
                found.append(library.keep(connection, new))
    return found


def said(*arguments: str) -> str:
    """What a command prints when all goes well."""
    done = CliRunner().invoke(app, ["assets", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_assets_are_listed(kept: list[Asset]) -> None:
    """The newest first; those that fit, as many as are wanted."""
    source, picture = kept
    everything = said("list")
    assert everything.index(picture.id) < everything.index(source.id)
    assert "a fox in snow" in everything
    for arguments in (
        ("--text", "FOX"),
        ("--tag", "season:winter", "-n", "1"),
        ("--campaign", "spring", "-n", "1"),
        ("--model", "core"),
    ):
        shown = said("list", *arguments)
        assert (picture.id in shown, source.id in shown) == (True, False), arguments
    nothing = said("list", "--account", "test", "--tag", "season:summer")
    assert nothing.strip() == "There are none with tag 'season:summer', account 'test'."
    with pytest.raises(NoSuchResource, match="no account 'nobody'"):
        said("list", "--account", "nobody")
    with pytest.raises(NoSuchModel, match="no model 'pastel'"):
        said("list", "--model", "pastel")


def test_an_asset_is_shown(kept: list[Asset]) -> None:
    """With what it came from and what came of it."""
    source, picture = kept
    shown = said("show", source.id)
    assert f"came of it {picture.id}" in " ".join(shown.split())
    assert "season:winter" in shown
    assert f"{source.id} (input)" in said("show", picture.id)
    with pytest.raises(NoSuchResource, match="no asset 'nothing'"):
        said("show", "nothing")


def test_an_asset_is_written(kept: list[Asset], tmp_path: Path) -> None:
    """As it is, or as a rendition; not while it is held."""
    source, _ = kept
    assert said("get", source.id) == f"{source.id}.png: png, {len(CONTENT):,} bytes.\n"
    assert (tmp_path / f"{source.id}.png").read_bytes() == CONTENT
    said("get", source.id, "-o", "small.webp", "--width", "40", "--height", "40", "--format", "webp", "--quality", "50")
    assert opened((tmp_path / "small.webp").read_bytes()).size == (40, 40)
    with pytest.raises(InvalidRequest, match="no fit 'fill'; there are cover, contain, inside"):
        read_wanted(None, None, "fill", None, None)
    with pytest.raises(InvalidRequest, match="no format 'svg'; there are png, jpeg, webp, avif"):
        read_wanted(None, None, "cover", "svg", None)
    with open_database(tmp_path) as database, database.writing() as connection:
        hold_asset(connection, source.id, "held")
    with pytest.raises(Denied, match="waits for a review"):
        said("get", source.id)
    with pytest.raises(Denied, match="waits for a review"):
        said("links", source.id)


def test_an_asset_is_tagged(kept: list[Asset]) -> None:
    """What has the same key is replaced, what is to go goes."""
    source, _ = kept
    assert said("tag", source.id, "season:summer", "approved") == f"Asset {source.id} has approved, season.\n"
    assert source.id in said("list", "--tag", "season:summer")
    assert said("tag", source.id, "--remove", "approved", "--remove", "season") == f"Asset {source.id} has no tags.\n"
    with pytest.raises(InvalidRequest, match="is no tag"):
        said("tag", source.id, ":x")


def test_assets_are_deleted(kept: list[Asset], tmp_path: Path) -> None:
    """All that are named or none; their files are gone."""
    source, picture = kept
    with pytest.raises(NoSuchResource, match="no asset 'nothing'"):
        said("delete", source.id, "nothing")
    assert len([path for path in (tmp_path / FOLDER).rglob("*") if path.is_file()]) == 2
    assert said("delete", source.id, picture.id) == "Deleted: 2 assets, 2 files.\n"
    assert [path for path in (tmp_path / FOLDER).rglob("*") if path.is_file()] == []
    with open_database(tmp_path) as database, database.reading() as connection:
        stub = find_asset_or_stub(connection, picture.id)
    assert stub is not None
    assert (stub.prompt, stub.deleted_at is None) == (None, False)


def test_an_account_s_rules_are_put_and_swept_by(kept: list[Asset], tmp_path: Path) -> None:
    """They hold for what comes of age."""
    file = tmp_path / "rules.json"
    assert json.loads(said("retention", "test")) == {"rules": []}
    file.write_text('{"rules": [{"days": 30}, {"days": 60, "tag": "season:winter"}]}', encoding="utf-8")
    assert json.loads(said("retention", ACCOUNT, "--rules", str(file)))["rules"][1]["days"] == 60
    assert json.loads(said("retention", "test")) == json.loads(file.read_text(encoding="utf-8"))
    file.write_text('{"rules": [{"days": 0}]}', encoding="utf-8")
    with pytest.raises(InvalidRequest, match="'days' of rule 1 is 0"):
        said("retention", "test", "--rules", str(file))
    with pytest.raises(InvalidRequest, match="cannot be read"):
        said("retention", "test", "--rules", str(tmp_path))
    assert said("sweep") == "0 assets expired, 0 files removed, 0 orphans found.\n"
    assert all(one.id in said("list") for one in kept)


def test_a_link_of_the_command_line_is_a_link_of_the_server(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed with the same key."""
    with serving(catalog) as server:
        monkeypatch.setenv("OUTCROP_HOME", str(server.home))
        monkeypatch.setenv("OUTCROP_PUBLIC_URL", server.url)
        asset = upload(server, CONTENT).json["id"]
        link = said("links", asset, "--width", "40", "--format", "webp").strip()
        assert link.startswith(f"{server.url}/pictures/{asset}?")
        answer = server.send("GET", link.removeprefix(server.url), headers={})
        assert (answer.status, opened(answer.body).size) == (200, (40, 24))
        monkeypatch.setenv("OUTCROP_PUBLIC_URL", "https://pictures.example.com")
        assert said("links", asset).startswith(f"https://pictures.example.com/pictures/{asset}?")
        monkeypatch.setenv("OUTCROP_URL", f"{server.url}/")
        assert said("links", asset).startswith(f"{server.url}/pictures/{asset}?")
