"""How long an account keeps its assets, over the REST: put whole, refused where it makes no sense."""

from outcrop.assets.sweep import sweep
from outcrop.catalog.load import Catalog
from tests.api.rest.figures import send_json
from tests.api.rest.pictures import file, scene, upload
from tests.serving import serving


def test_rules_are_put_and_told(catalog: Catalog) -> None:
    """As they were put; what is young or pinned stays."""
    with serving(catalog) as own:
        assert own.send("GET", "/v1/asset-retention").json == {"rules": []}
        rules = {"rules": [{"days": 30}, {"days": 365, "campaign": "spring", "tag": "a:b", "kind": "picture"}]}
        assert send_json(own, "PUT", "/v1/asset-retention", rules).json == rules
        assert own.send("GET", "/v1/asset-retention").json == rules
        asset = upload(own, file(scene())).json["id"]
        sweep(own.desk.library)
        assert own.send("GET", f"/v1/assets/{asset}").status == 200
        wrong: list[dict[str, object]] = [
            {},
            {"rules": [{}]},
            {"rules": [{"days": 0}]},
            {"rules": [{"days": 1, "x": 1}]},
        ]
        for body in wrong:
            assert send_json(own, "PUT", "/v1/asset-retention", body).status == 400
        assert own.send("GET", "/v1/asset-retention").json == rules
