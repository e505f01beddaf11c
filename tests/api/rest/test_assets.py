"""The asset library over the REST, on a real server: found, uploaded, changed, deleted for good; each account's own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from outcrop.access.user_policies import put_managed_policy
from outcrop.assets.library import FOLDER, NewAsset
from outcrop.catalog.load import Catalog
from outcrop.store.accounts import Account, add_account
from outcrop.store.assets import Parent
from outcrop.store.policies import policies_of, remove_policy
from tests.api.rest.figures import send_json
from tests.api.rest.pictures import DESCRIPTION, ORIENTATION, PROFILE, file, opened, scene, upload
from tests.serving import ACCOUNT, SIGNED, TESTER, Serving, serving

OTHER = "999988887777"


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server with two accounts."""
    with serving(catalog) as running:
        with running.directory.database.writing() as connection:
            add_account(connection, Account(id=OTHER, name="other", created_at=0))
        yield running


def keep(server: Serving, content: bytes = b"x", **given: Any) -> str:  # noqa: ANN401 - fields of an asset
    """Keep an asset as a job would; returns its id."""
    library = server.desk.library
    values: dict[str, Any] = {"account_id": ACCOUNT, "user_name": "tester", "format": "png", "width": 160, "height": 96}
    new = NewAsset(**values | {"size_bytes": len(content), "digest": library.put(content)} | given)
    with library.database.writing() as connection:
        return library.keep(connection, new).id


def ids(answer: dict[str, Any]) -> list[str]:
    """Those on a page."""
    return [one["id"] for one in answer["assets"]]


def test_an_upload_is_kept_described_and_found(own: Serving) -> None:
    """As it was sent, where it says nothing but its pixels."""
    content = file(scene())
    made = upload(own, content, "?name=Hero%20picture&alt=Four%20colours&campaign=spring&tag=season:winter&tag=draft")
    assert made.status == 201
    asset = made.json
    assert made.headers["location"] == f"/v1/assets/{asset['id']}"
    assert (asset["kind"], asset["format"], asset["width"], asset["height"]) == ("upload", "png", 160, 96)
    assert (asset["name"], asset["tags"], asset["campaign"]) == (
        "Hero picture",
        {"draft": "", "season": "winter"},
        "spring",
    )
    assert own.send("GET", f"/v1/assets/{asset['id']}").json == asset
    assert own.send("GET", f"/v1/assets/{asset['id']}/content").body == content
    for query in (
        "text=hero+COLOURS",
        "tag=season",
        "tag=season:winter",
        "campaign=spring",
        "kind=upload",
        "user=tester",
    ):
        assert asset["id"] in ids(own.send("GET", f"/v1/assets?{query}").json), query
    for query in ("text=villain", "tag=season:summer", "campaign=autumn", "kind=picture", "user=bob", "to=2020-01-01"):
        assert asset["id"] not in ids(own.send("GET", f"/v1/assets?{query}").json), query


@pytest.mark.parametrize("made", ["PNG", "JPEG", "WEBP"])
def test_what_a_file_says_beside_its_pixels_goes(own: Serving, made: str) -> None:
    """It is turned upright first; the colour profile stays."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[DESCRIPTION] = 6, "taken at home"
    asset = upload(own, file(scene(), made, exif=exif), made=made).json
    assert (asset["width"], asset["height"]) == (96, 160)
    kept = own.send("GET", f"/v1/assets/{asset['id']}/content").body
    assert b"taken at home" not in kept
    image = opened(kept)
    assert (image.size, dict(image.getexif()), image.info["icc_profile"]) == ((96, 160), {}, PROFILE)
    red, green, blue = image.convert("RGB").getpixel((90, 6))  # type: ignore[misc]  # three numbers
    assert (red > 230, green < 30, blue < 30) == (True, True, True)


def test_a_text_in_a_png_goes_and_its_pixels_stay(own: Serving) -> None:
    """Every one of them."""
    said = PngInfo()
    said.add_text("note", "what nobody should read")
    out = Path(own.home) / "said.png"
    scene().save(out, pnginfo=said)
    asset = upload(own, out.read_bytes()).json
    kept = own.send("GET", f"/v1/assets/{asset['id']}/content").body
    assert b"nobody" not in kept
    assert opened(kept).convert("RGB").tobytes() == scene().tobytes()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read as a picture"),
        (b"<script>alert(1)</script>", "cannot be read as a picture"),
        (file(scene(20, 20)), "each side must be at least 64"),
        (file(Image.new("1", (10_000, 10_000)), profile=None), "at most 9,437,184 are allowed"),
        (file(Image.new("1", (2000, 64)), profile=None), "at most 16 times the other"),
        (file(scene())[:-200], "cannot be read as a picture"),
    ],
    ids=["nothing", "html", "small", "bomb", "thin", "half"],
)
def test_what_no_model_would_take_is_not_kept(own: Serving, content: bytes, said: str) -> None:
    """With the same words."""
    answer = upload(own, content)
    assert (answer.status, answer.json["code"]) == (422, "InvalidRequest")
    assert said in answer.json["detail"]


def test_other_types_are_refused(own: Serving) -> None:
    """By what they declare, and by what they are."""
    assert upload(own, b"GIF89a", made="PNG").status == 422
    headers = {"Content-Type": "image/svg+xml"}
    answer = own.send("POST", "/v1/assets", b"<svg/>", SIGNED | headers)
    assert (answer.status, "send image/png or image/jpeg or image/webp" in answer.json["detail"]) == (400, True)


def test_pages_are_stable(own: Serving) -> None:
    """Newest first, each once, whatever is added meanwhile."""
    kept = [keep(own, campaign="pages") for _ in range(7)]
    first = own.send("GET", "/v1/assets?campaign=pages&limit=3").json
    keep(own, campaign="pages")
    second = own.send("GET", f"/v1/assets?campaign=pages&limit=3&cursor={first['nextCursor']}").json
    last = own.send("GET", f"/v1/assets?campaign=pages&limit=3&cursor={second['nextCursor']}").json
    assert sorted([*ids(first), *ids(second), *ids(last)]) == sorted(kept)
    assert [*ids(first), *ids(second), *ids(last)] == sorted(kept, reverse=True)
    assert last["nextCursor"] is None


def test_what_is_said_of_an_asset_changes(own: Serving) -> None:
    """What is not named stays; null takes it away."""
    asset = keep(own, prompt="a fox", name="n", campaign="c", tags={"k": "v"})
    path = f"/v1/assets/{asset}"
    changed = send_json(own, "PATCH", path, {"name": None, "alt": "a fox in snow", "tags": {"new": ""}, "pinned": True})
    assert changed.status == 200
    told = own.send("GET", path).json
    assert changed.json == told
    assert (told["name"], told["alt"], told["campaign"]) == (None, "a fox in snow", "c")
    assert (told["tags"], told["pinned"], told["prompt"]) == ({"new": ""}, True, "a fox")
    assert asset in ids(own.send("GET", "/v1/assets?text=snow").json)
    for body in ({}, {"prompt": "other"}, {"name": ""}, {"name": "a\0b"}, {"tags": {"a:b": "c"}}):
        assert send_json(own, "PATCH", path, body).status == 400, body


def test_deletion_really_deletes(own: Serving) -> None:
    """The file, its renditions and what was said; a file that another asset has stays for that one."""
    content = file(scene(128, 128))
    one, other = upload(own, content, "?name=secret").json, upload(own, content).json
    assert own.send("GET", f"/v1/assets/{one['id']}/content?width=32&format=webp").status == 200
    stored = own.home / FOLDER / one["digest"][:2] / one["digest"]
    renditions = own.home / "renditions" / one["digest"][:2] / one["digest"]
    assert (stored.is_file(), len(list(renditions.iterdir()))) == (True, 1)
    assert own.send("DELETE", f"/v1/assets/{one['id']}").status == 204
    assert (stored.is_file(), renditions.is_dir()) == (True, True)
    assert own.send("GET", f"/v1/assets/{other['id']}/content").body == content
    for path in ("", "/content", "/recipe", "/lineage"):
        assert own.send("GET", f"/v1/assets/{one['id']}{path}").status == 404
    assert own.send("DELETE", f"/v1/assets/{one['id']}").status == 404
    assert own.send("GET", "/v1/assets?text=secret").json["assets"] == []
    assert own.send("DELETE", f"/v1/assets/{other['id']}").status == 204
    assert (stored.exists(), renditions.exists()) == (False, False)


def test_a_recipe_is_told_where_there_is_one(own: Serving) -> None:
    """As it stands in the file."""
    recipe = {"prompt": "a fox", "seed": 7}
    asset = keep(own, recipe=json.dumps(recipe))
    assert own.send("GET", f"/v1/assets/{asset}/recipe").json == recipe
    answer = own.send("GET", f"/v1/assets/{keep(own)}/recipe")
    assert (answer.status, "was not drawn here" in answer.json["detail"]) == (404, True)


def test_lineage_leads_both_ways(own: Serving) -> None:
    """From the draft over the final to what was made of that; what was deleted is there as a stub."""
    draft = keep(own, prompt="a draft")
    final = keep(own, parents=(Parent(asset_id=draft, role="draft"),))
    mask = keep(own)
    edited = keep(own, parents=(Parent(asset_id=final, role="input"), Parent(asset_id=mask, role="mask")))
    other = keep(own, parents=(Parent(asset_id=draft, role="draft"),))
    assert own.send("DELETE", f"/v1/assets/{draft}").status == 204
    told = own.send("GET", f"/v1/assets/{final}/lineage").json
    assert (told["asset"], told["complete"]) == (final, True)
    assert [node["id"] for node in told["nodes"]] == sorted([draft, final, edited])
    stub = next(node for node in told["nodes"] if node["id"] == draft)
    assert (stub["deletedAt"] is None, stub["prompt"]) == (False, None)
    edges = {(edge["parent"], edge["child"], edge["role"]) for edge in told["edges"]}
    assert edges == {(draft, final, "draft"), (final, edited, "input")}
    below = own.send("GET", f"/v1/assets/{draft}/lineage")
    assert below.status == 404
    whole = own.send("GET", f"/v1/assets/{edited}/lineage").json
    assert {node["id"] for node in whole["nodes"]} == {draft, final, mask, edited}
    assert other not in {node["id"] for node in whole["nodes"]}


def test_an_account_sees_its_own_alone(own: Serving) -> None:
    """Another's is as if it were not there."""
    theirs = keep(own, account_id=OTHER, prompt="unseen")
    assert own.send("GET", "/v1/assets?text=unseen").json["assets"] == []
    for method, path in (("GET", ""), ("GET", "/content"), ("GET", "/recipe"), ("GET", "/lineage"), ("DELETE", "")):
        assert own.send(method, f"/v1/assets/{theirs}{path}").status == 404, path
    assert send_json(own, "PATCH", f"/v1/assets/{theirs}", {"name": "mine"}).status == 404
    assert send_json(own, "POST", "/v1/asset-archives", {"assets": [theirs]}).status == 404


def test_a_new_user_has_their_own_assets_and_sees_those_of_their_account(catalog: Catalog) -> None:
    """By the policies that come with the installation: another's are neither changed nor deleted."""
    with serving(catalog) as server:
        mine, another = keep(server), keep(server, user_name="alice")
        with server.directory.database.writing() as connection:
            for row in policies_of(connection, TESTER.id):
                remove_policy(connection, TESTER.id, row.name)
            for name in ("BedrockFullAccess", "OutcropOwnUse"):
                put_managed_policy(server.directory, connection, TESTER, name)
        assert ids(server.send("GET", "/v1/assets").json) == [another, mine]
        assert [server.send("GET", f"/v1/assets/{one}").status for one in (mine, another)] == [200, 200]
        assert [send_json(server, "PATCH", f"/v1/assets/{one}", {"name": "x"}).status for one in (mine, another)] == [
            200,
            403,
        ]
        assert [server.send("DELETE", f"/v1/assets/{one}").status for one in (another, mine)] == [403, 204]
        assert upload(server, file(scene())).status == 201


def test_who_may_nothing_learns_nothing(catalog: Catalog) -> None:
    """Neither of assets that there are nor of those that there are not."""
    with serving(catalog) as server:
        there = keep(server)
        with server.directory.database.writing() as connection:
            for row in policies_of(connection, TESTER.id):
                remove_policy(connection, TESTER.id, row.name)
            put_managed_policy(server.directory, connection, TESTER, "BedrockFullAccess")
        for asset in (there, "0" * 16):
            answers = [server.send("GET", f"/v1/assets/{asset}{path}").status for path in ("", "/content", "/recipe")]
            assert answers == [403, 403, 403]
        assert server.send("GET", "/v1/assets").status == 403
