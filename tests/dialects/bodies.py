"""What the tests of all families share: pictures as bodies carry them, and bodies by chance from a schema."""

import base64
import json
from importlib import resources
from io import BytesIO
from typing import Any

from hypothesis import strategies as st
from PIL import Image


def encoded(colour: str | tuple[int, ...] = "red", size: tuple[int, int] = (80, 64), mode: str = "RGB") -> str:
    """A picture of one colour."""
    return as_text(Image.new(mode, size, colour))


def as_text(image: Image.Image) -> str:
    """A picture as the base64 text of a PNG."""
    out = BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def half_white(size: tuple[int, int] = (80, 64)) -> str:
    """A mask that is white on its left half, and black on the other."""
    image = Image.new("L", size, 0)
    image.paste(255, (0, 0, size[0] // 2, size[1]))
    return as_text(image)


PICTURE = encoded()
MASK = half_white()


def schema_file(name: str) -> dict[str, Any]:
    """A schema as it stands in its file."""
    text = (resources.files("outcrop.dialects") / "schemas" / f"{name}.json").read_text("utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def values(rule: dict[str, Any]) -> st.SearchStrategy[Any]:  # noqa: PLR0911  one return a kind of value
    """Values that keep a rule of a schema: texts of pictures are pictures, or now and then something else."""
    if "enum" in rule:
        return st.sampled_from(rule["enum"])
    match rule.get("type"):
        case "integer":
            step = rule.get("multipleOf", 1)
            low, high = rule.get("minimum", -9), rule.get("maximum", 9)
            return st.integers(-(-low // step), high // step).map(lambda number: number * step)
        case "number":
            return st.floats(rule.get("minimum", -9), rule.get("maximum", 9))
        case "boolean":
            return st.booleans()
        case "array":
            sizes = {"min_size": rule.get("minItems", 0), "max_size": rule.get("maxItems", 3)}
            return st.lists(values(rule["items"]), **sizes)
        case "object":
            return objects(rule)
        case _ if "pattern" in rule:
            return st.from_regex(rule["pattern"], fullmatch=True)
        case _ if "maxLength" in rule:
            return st.text(min_size=rule.get("minLength", 0), max_size=min(20, rule["maxLength"]))
    return st.sampled_from([PICTURE, MASK, encoded("black"), encoded("white", (64, 64)), "aGk="])


def objects(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that keep the rules of each field, and have those that are required."""
    rules = {field: values(rule) for field, rule in schema.get("properties", {}).items()}
    needed = {field: rules.pop(field) for field in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional=rules)
