"""Thousands of bodies of every family: what breaks a rule is told in the service's words, what keeps them all is read.

A hundred of them go through boto3 and a server as well, and hear the same.
"""

import json
from typing import Any

import pytest
from botocore.client import BaseClient

from outcrop.catalog.load import Catalog
from outcrop.dialects.table import DIALECTS
from outcrop.errors import InvalidRequest, Unsupported
from tests.api.examples import EXAMPLES
from tests.conftest import CANVAS, CORE, CORE_10, MODELS, SD3, SD35, SDXL, SDXL_0, TITAN, TITAN_1, ULTRA, ULTRA_10
from tests.dialects.bodies import schema_file
from tests.dialects.mutations import Case, cases

TOGETHER = 3000
THROUGH_BOTO3 = 100
MALFORMED = "Malformed input request"
NEEDED = (": required key [", " subschemas matched instead of one")
"""How a field is told of that another one needs, or excludes."""

Limits = dict[str, int | tuple[float, float]]
"""Field to the most characters, or to the least and the greatest number."""

COMMON: Limits = {"prompt": 10_000, "negative_prompt": 10_000, "seed": (0, 4_294_967_295)}
AMAZON: Limits = {
    "imageGenerationConfig/cfgScale": (1.1, 10),
    "imageGenerationConfig/seed": (0, 2_147_483_646),
    "imageGenerationConfig/numberOfImages": (1, 5),
    "imageVariationParams/similarityStrength": (0.2, 1),
}
TEXTS = ("textToImageParams", "inPaintingParams", "outPaintingParams", "imageVariationParams")
SDXL_LIMITS: Limits = {
    "cfg_scale": (0, 35),
    "steps": (10, 150),
    "seed": (0, 4_294_967_295),
    "image_strength": (0, 1),
    "samples": (1, 1),
}
LIMITS: dict[str, Limits] = {
    SDXL: {**SDXL_LIMITS},
    SDXL_0: {**SDXL_LIMITS},
    SD3: {**COMMON, "strength": (0, 1)},
    SD35: {**COMMON, "strength": (0, 1)},
    CORE: {**COMMON},
    CORE_10: {**COMMON},
    ULTRA: {**COMMON, "strength": (0, 1)},
    ULTRA_10: {**COMMON, "strength": (0, 1)},
    TITAN_1: {**AMAZON, **{f"{params}/{text}": 512 for params in TEXTS for text in ("text", "negativeText")}},
    TITAN: {**AMAZON, **{f"{params}/{text}": 512 for params in TEXTS for text in ("text", "negativeText")}},
    CANVAS: {**AMAZON, **{f"{params}/{text}": 1024 for params in TEXTS for text in ("text", "negativeText")}},
    "stability.stable-creative-upscale-v1:0": {**COMMON, "creativity": (0.1, 0.5)},
    "stability.stable-conservative-upscale-v1:0": {**COMMON, "creativity": (0.1, 0.5)},
    "stability.stable-fast-upscale-v1:0": {},
    "stability.stable-image-inpaint-v1:0": {**COMMON, "grow_mask": (0, 20)},
    "stability.stable-outpaint-v1:0": {
        "prompt": 10_000,
        "seed": (0, 4_294_967_295),
        "creativity": (0.1, 1),
        **dict.fromkeys(("left", "right", "up", "down"), (0, 2000)),
    },
    "stability.stable-image-search-recolor-v1:0": {**COMMON, "select_prompt": 10_000, "grow_mask": (0, 20)},
    "stability.stable-image-search-replace-v1:0": {**COMMON, "search_prompt": 10_000, "grow_mask": (0, 20)},
    "stability.stable-image-erase-object-v1:0": {"seed": (0, 4_294_967_295), "grow_mask": (0, 20)},
    "stability.stable-image-remove-background-v1:0": {},
    "stability.stable-image-control-sketch-v1:0": {**COMMON, "control_strength": (0, 1)},
    "stability.stable-image-control-structure-v1:0": {**COMMON, "control_strength": (0, 1)},
    "stability.stable-image-style-guide-v1:0": {**COMMON, "fidelity": (0, 1)},
    "stability.stable-style-transfer-v1:0": {
        **COMMON,
        "composition_fidelity": (0, 1),
        "style_strength": (0, 1),
        "change_strength": (0.1, 1),
    },
}
"""Model to field to the most characters or the range that AWS's guides give; where they differ, the widest."""


def of_model(catalog: Catalog, model: str) -> tuple[Case, ...]:
    """The cases of a model."""
    card = catalog.model(model)
    return tuple(cases(model, card.dialect, card.schema))


def told(catalog: Catalog, case: Case) -> str | None:
    """What a body is refused with; None where it is read, or asks for what is not built."""
    card = catalog.model(case.model)
    try:
        DIALECTS[card.dialect].parse(case.body, card)
    except InvalidRequest as refusal:
        return str(refusal)
    except Unsupported:
        return None
    return None


def right(case: Case, answer: str | None) -> bool:
    """Whether an answer is the one that is due.

    One change may break a second rule, of fields that need each other: then both are told. What keeps the schema may
    be refused for a picture or a size, in other words.
    """
    if case.breach is None:
        return answer is None or not answer.startswith(MALFORMED) or any(words in answer for words in NEEDED)
    return answer is not None and (answer == case.message or (answer.startswith(MALFORMED) and case.breach in answer))


@pytest.mark.parametrize("model", MODELS)
def test_every_change_of_a_body_is_answered_as_it_should(catalog: Catalog, model: str) -> None:
    """One change at a time, of every field of every task."""
    wrong = [
        (case.body[:300], case.breach, answer)
        for case in of_model(catalog, model)
        if not right(case, answer := told(catalog, case))
    ]
    assert wrong == []


def test_they_are_thousands(catalog: Catalog) -> None:
    """All different, half of them at least to be refused."""
    every = {(case.model, case.body): case for model in EXAMPLES for case in of_model(catalog, model)}
    assert len(every) >= TOGETHER
    assert sum(case.breach is not None for case in every.values()) >= TOGETHER / 2


def test_the_limits_are_those_of_the_guides(catalog: Catalog) -> None:
    """Written down here once more, by hand: the schemas that everything else is generated from could be wrong."""
    assert set(LIMITS) == set(MODELS)
    found = {
        model: {field: _limit(_rule(schema_file(catalog.model(model).schema), field)) for field in fields}
        for model, fields in LIMITS.items()
    }
    assert found == LIMITS


def _rule(schema: dict[str, Any], field: str) -> dict[str, Any]:
    for step in field.split("/"):
        schema = schema["properties"][step]
    return schema


def _limit(rule: dict[str, Any]) -> int | tuple[float, float]:
    if "maxLength" in rule:
        return int(rule["maxLength"])
    return rule["minimum"], rule["maximum"]


def test_a_hundred_of_them_hear_the_same_through_boto3(catalog: Catalog, runtime: BaseClient) -> None:
    """From a server: the same sentence as a ValidationException, or a picture, or which operation is not built."""
    every = [case for model in MODELS for case in of_model(catalog, model)]
    sample = every[:: len(every) // THROUGH_BOTO3]
    assert len(sample) >= THROUGH_BOTO3
    differ = [
        (case.body[:300], expected, heard)
        for case in sample
        if (heard := _heard(runtime, catalog, case)) != (expected := told(catalog, case))
    ]
    assert differ == []


def _heard(runtime: BaseClient, catalog: Catalog, case: Case) -> str | None:
    card = catalog.model(case.model)
    name = f"us.{card.id}" if card.profiles else str(card.id)
    try:
        answer = json.loads(runtime.invoke_model(modelId=name, body=case.body)["body"].read())
    except runtime.exceptions.ValidationException as refusal:
        return str(refusal.response["Error"]["Message"])
    except runtime.exceptions.ModelErrorException:
        return None
    assert answer.get("images") or answer.get("artifacts")
    return None
