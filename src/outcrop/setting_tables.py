"""The settings of more than one value: the tables of the file, and how a value is held against its limits.

Knows tables and messages; reads no file and no environment.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from outcrop.errors import BadSettings
from outcrop.setting_names import (
    CHOICES,
    GUIDED_FIELDS,
    HUB_ID,
    NUMBER_FIELDS,
    REFINE_FIELDS,
    REVISION,
    SWITCH_FIELDS,
    TERMS,
    TEXT_FIELDS,
    WHOLE_NUMBERS,
)

Tier = Mapping[str, str | int | float | Mapping[str, int | float | Sequence[float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithLora:
    """Weights into which a LoRA is merged when they are loaded."""

    folder: Path
    """In diffusers layout."""
    lora: Path
    """A file in safetensors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FromHub:
    """Weights that `outcrop fetch` brings from a hub."""

    hub: str
    """Their id there, `<organisation>/<name>`."""
    revision: str = "main"
    """A branch, a tag, or a commit."""
    lora: Path | None = None
    """A file in safetensors."""


Weights = Path | WithLora | FromHub


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One value, and where it stands, for messages."""

    where: str
    value: object

    def wrong(self, fix: str) -> BadSettings:
        """The error that names the place, the value and the fix."""
        return BadSettings(f"{self.where} is {self.value!r}; {fix}.")


def refuse_unknown(names: Iterable[str], known: Collection[str], has: str, known_are: str) -> None:
    """Refuse a name that means nothing.

    Raises: BadSettings that names the nearest of those that do, or all where none is near.
    """
    unknown = sorted(set(names) - set(known))
    if unknown:
        near = get_close_matches(unknown[0], known)
        fix = f"did you mean {' or '.join(near)}?" if near else f"{known_are} {', '.join(known)}."
        raise BadSettings(f"{has} '{unknown[0]}', which means nothing here; {fix}")


def folder_of(text: str, base: Path) -> Path:
    """A path as it was written; a relative one counts from `base`."""
    return (base / Path(text).expanduser()).resolve()


def is_whole(value: object, low: int, high: int) -> bool:
    """Whether a value is a whole number within limits."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_text(value: object, pattern: str) -> bool:
    """Whether a value is a text of a pattern, from end to end."""
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def read_checkpoints(table: object, path: Path) -> dict[str, Weights]:
    """The operator's own weights.

    Raises: BadSettings when a line is none of the forms that name some.
    """
    where = f"[checkpoints] in {path}"
    if not isinstance(table, dict):
        raise Source(where=where, value=table).wrong("it must be a table of names and folders")
    return {
        name: _weights(Source(where=f"'{name}' of {where}", value=given), path.parent) for name, given in table.items()
    }


def _weights(source: Source, base: Path) -> Weights:
    match source.value:
        case str(folder) if folder:
            return folder_of(folder, base)
        case {"folder": str(folder), "lora": str(lora), **rest} if folder and lora and not rest:
            return WithLora(folder=folder_of(folder, base), lora=folder_of(lora, base))
        case {"hub": str(hub), **options} if is_text(hub, HUB_ID) and set(options) <= {"revision", "lora"}:
            revision, addition = options.get("revision", "main"), options.get("lora")
            if not isinstance(revision, str) or not is_text(revision, REVISION):
                raise source.wrong('a revision reads like "main", "v1.0" or a commit')
            if addition is not None and (not isinstance(addition, str) or not addition):
                raise source.wrong("a table reads lora as the path of a file.safetensors")
            return FromHub(hub=hub, revision=revision, lora=None if addition is None else folder_of(addition, base))
        case dict():
            raise source.wrong(
                'a table reads { folder = "path of a folder", lora = "path of a file.safetensors" } or '
                '{ hub = "organisation/name", revision = "main" }'
            )
        case _:
            raise source.wrong("give the path of a folder, as a text")


def read_quotas(table: object, path: Path) -> dict[str, int]:
    """Requests a minute by model id.

    Raises: BadSettings when a number is out of its range.
    """
    where = f"[quotas] in {path}"
    if not isinstance(table, dict):
        raise Source(where=where, value=table).wrong('it must hold lines such as "<model id>" = 120')
    least, greatest, fix = WHOLE_NUMBERS["requests_per_minute"]
    for model_id, value in table.items():
        if not is_whole(value, least, greatest):
            raise Source(where=f"'{model_id}' of {where}", value=value).wrong(fix)
    return dict(table)


def read_models(table: object, path: Path) -> dict[str, Tier]:
    """The fields of tiers that differ, by model id.

    Raises: BadSettings when a field is unknown, of the wrong type or out of its range.
    """
    where = f"[models] in {path}"
    if not isinstance(table, dict):
        raise Source(where=where, value=table).wrong('it must hold tables such as [models."<model id>"]')
    return {model_id: _tier(content, f'[models."{model_id}"] in {path}') for model_id, content in table.items()}


def _tier(content: object, where: str) -> Tier:
    if not isinstance(content, dict):
        raise Source(where=where, value=content).wrong("it must be a table, such as { steps = 28 }")
    known = (*TEXT_FIELDS, *SWITCH_FIELDS, *NUMBER_FIELDS, "guided", "refine")
    refuse_unknown(content, known, f"{where} has the key", "known keys are")
    for name, value in content.items():
        _check_tier_field(name, Source(where=f"'{name}' of {where}", value=value))
    return dict(content)


def _check_tier_field(name: str, source: Source) -> None:
    if name in TEXT_FIELDS:
        _check_text(name, source)
    elif name in SWITCH_FIELDS:
        if not isinstance(source.value, bool):
            raise source.wrong("it is true or false")
    elif name == "refine":
        _check_refine(source)
    elif name == "guided":
        _check_guided(source)
    else:
        _check_number(source, *NUMBER_FIELDS[name])


def _check_text(name: str, source: Source) -> None:
    if name == "terms" and not is_text(source.value, TERMS):
        raise source.wrong("say how its pictures may be used, on one line of at most 500 characters")
    if not isinstance(source.value, str) or not source.value:
        raise source.wrong("give a name, as a text in quotes")
    if name in CHOICES and source.value not in CHOICES[name]:
        raise source.wrong("give " + " or ".join(f'"{choice}"' for choice in CHOICES[name]))


def _check_refine(source: Source) -> None:
    given = source.value
    if not isinstance(given, dict) or not {"scale", "strength", "steps"} <= set(given):
        raise source.wrong("it must be a table such as { scale = 2, strength = 0.3, steps = 12 }")
    known = [name.removeprefix("refine.") for name in REFINE_FIELDS]
    refuse_unknown(given, known, f"{source.where} has the key", "known keys are")
    for name, value in given.items():
        _check_number(Source(where=f"'{name}' in {source.where}", value=value), *REFINE_FIELDS[f"refine.{name}"])


def _check_guided(source: Source) -> None:
    given = source.value
    if not isinstance(given, dict) or len(given) != 1 or not set(given) <= set(GUIDED_FIELDS):
        raise source.wrong("it must be a table such as { part = [0.1, 0.8] } or { sigma = [0.3, 5.0] }")
    ((name, pair),) = given.items()
    both = Source(where=f"'{name}' in {source.where}", value=pair)
    if not isinstance(pair, list) or len(pair) != 2:
        raise both.wrong("give two numbers, from and to")
    for number in pair:
        _check_number(Source(where=both.where, value=number), *GUIDED_FIELDS[name])
    if not pair[0] < pair[1]:
        raise both.wrong("the first number must be smaller than the second")


def _check_number(source: Source, kind: type[int | float], least: float, greatest: float) -> None:
    types = (int,) if kind is int else (int, float)
    value = source.value
    if not isinstance(value, types) or isinstance(value, bool) or not least <= value <= greatest:
        raise source.wrong(f"give a {'whole ' if kind is int else ''}number from {least} to {greatest}")
