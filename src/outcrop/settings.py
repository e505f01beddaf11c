"""What the operator decides, read once at the edge: a TOML file, then OUTCROP_* variables, then command-line options.

The only reader of the environment. Knows names, types and limits; knows no catalogue, so whether a model or a
checkpoint exists is checked where the catalogue is loaded. `docs/reference/settings.md` describes every name.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import platformdirs

from outcrop.errors import BadSettings
from outcrop.log_lines import Form
from outcrop.setting_names import (
    CHOICES,
    FILE_NAME,
    FILES,
    GUIDED_FIELDS,
    HUB_ID,
    NUMBER_FIELDS,
    PLACES,
    PLAIN,
    PREFIX,
    REFINE_FIELDS,
    REVISION,
    SECRETS,
    SWITCHES,
    TABLES,
    TEXT_FIELDS,
    TEXTS,
    WHOLE_NUMBERS,
)
from outcrop.units import PrecisionChoice

Tier = Mapping[str, str | int | float | Mapping[str, int | float | Sequence[float]]]

Backend = Literal["engine", "bedrock"]
AuditFailure = Literal["log", "refuse"]
WhileLoading = Literal["wait", "refuse"]
RetiredModels = Literal["answer", "refuse"]


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
class Settings:
    """Everything the operator decides."""

    home: Path
    """Where everything that Outcrop keeps lives; made when something is first kept."""
    host: str = "127.0.0.1"
    port: int = 8321
    """0 lets the system choose a free one."""
    region: str = "us-west-2"
    """The region the server says it is in."""
    tls: bool = False
    """Whether to speak HTTPS; so it does with a certificate, too."""
    certificate: Path | None = None
    """The certificate chain in PEM; None makes one of the server's own."""
    private_key: Path | None = None
    """What belongs to the certificate."""
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    """Threads of the engine. Pictures are equal byte by byte only at an equal number."""
    precision: PrecisionChoice = "auto"
    """What the engine multiplies; pictures are equal byte by byte only at an equal one."""
    places: int = 256
    """Pictures that may wait for their first pass; an account takes at most half of the places."""
    while_loading: WhileLoading = "wait"
    """What the server does with a request for a model whose weights are being loaded."""
    retired_models: RetiredModels = "answer"
    """What the server does with a request for a model that AWS has retired."""
    weights_mib: int | None = None
    """Memory that weights may fill; None is a part of what is available."""
    pictures_mib: int | None = None
    """Memory that the pictures of one pass may fill together; None is a part of what is available."""
    tile_pixels: int | None = None
    """Pixels that an autoencoder takes at once; None is the catalogue's."""
    requests_per_minute: int | None = None
    """Requests a minute of an account, of each model; 0 is any number, None the catalogue's."""
    rest_per_minute: int = 1200
    """Requests of Outcrop's own REST a minute of one account; 0 is no limit."""
    in_flight: int = 100
    """Requests that an account may have under way; 0 is any number."""
    metrics_port: int | None = None
    """Port of this machine that shows Prometheus metrics; None shows none."""
    backend: Backend = "engine"
    """Who draws, for models whose own settings do not say."""
    bedrock_region: str | None = None
    """The region of Amazon Bedrock that calls are passed on to; None is the region the server says it is in."""
    bedrock_profile: str | None = None
    """The profile of AWS's configuration files that they are signed with; None takes AWS's usual chain."""
    bedrock_endpoint: str | None = None
    """Where Bedrock is, as scheme and host; None is AWS's own endpoint of the region."""
    bedrock_timeout_s: int = 300
    """Seconds that it may take to answer."""
    log_format: Form = "text"
    """Whether the server's log is lines for people, or a JSON object a line."""
    audit: bool = True
    """Whether every call is written to the audit trail, in `home`."""
    audit_sync: bool = False
    """Whether each line of it has reached the disk before the call is answered."""
    audit_failure: AuditFailure = "log"
    """What happens to a call that the trail cannot take."""
    database: str | None = field(default=None, repr=False)
    """URL of a PostgreSQL database, which may hold a password; None is a file in `home`."""
    buckets: Path | None = None
    """The folder that stands for S3; None is one in `home`."""
    s3_endpoint: str | None = None
    """URL of an S3, or `aws`; None lets folders stand for buckets."""
    s3_region: str | None = None
    """Where that S3 says it is; None is `region`."""
    s3_key_id: str | None = None
    """The key that the server shows there; None leaves it to the machine."""
    s3_secret: str | None = field(default=None, repr=False)
    master_key: str | None = field(default=None, repr=False)
    """What seals the secrets of keys, in base64; None takes the file in `home`."""
    checkpoints: Mapping[str, Weights] = field(default_factory=dict)
    """The operator's own weights: name to folder in diffusers layout, or where to fetch one."""
    models: Mapping[str, Tier] = field(default_factory=dict)
    """Model id to the fields of its tier that differ here."""
    quotas: Mapping[str, int] = field(default_factory=dict)
    webhook: Mapping[str, object] = field(default_factory=dict)
    """Model id to its own requests a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One value, and where it stands, for messages."""

    where: str
    value: object

    def wrong(self, fix: str) -> BadSettings:
        """The error that names the place, the value and the fix."""
        return BadSettings(f"{self.where} is {self.value!r}; {fix}.")


def read_settings(
    *,
    config: Path | None = None,
    options: Mapping[str, str | int | Path | None] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings; `options`, from the command line, win over variables, which win over the file.

    Raises: BadSettings when a name is unknown, a value is of the wrong type or out of its range, or the file that
    `config` or OUTCROP_CONFIG names is not there or no TOML.
    """
    variables = {
        name: value for name, value in (os.environ if environ is None else environ).items() if name.startswith(PREFIX)
    }
    known = (*PLACES, *SECRETS.values(), *(PREFIX + name.upper() for name in PLAIN))
    _refuse_unknown(variables, known, "The environment has the variable", "known variables are")
    home = (
        _folder(variables["OUTCROP_HOME"], Path.cwd())
        if variables.get("OUTCROP_HOME")
        else platformdirs.user_data_path("outcrop", appauthor=False)
    )
    path, content = _read_file(home, config, variables.get("OUTCROP_CONFIG"))
    _refuse_unknown(content, (*PLAIN, *TABLES), f"{path} has the key", "known keys are")
    given = {name: Source(where=f"'{name}' in {path}", value=content[name]) for name in PLAIN if name in content}
    given |= {
        name: Source(where=PREFIX + name.upper(), value=_as_value(variables[PREFIX + name.upper()], name))
        for name in PLAIN
        if PREFIX + name.upper() in variables
    }
    given |= {
        name: Source(where=f"--{name.replace('_', '-')}", value=value)
        for name, value in (options or {}).items()
        if value is not None
    }
    return Settings(
        home=home,
        master_key=variables.get(SECRETS["master_key"]),
        s3_key_id=variables.get(SECRETS["s3_key_id"]),
        s3_secret=variables.get(SECRETS["s3_secret"]),
        checkpoints=_checkpoints(content.get("checkpoints", {}), path),
        models=_models(content.get("models", {}), path),
        quotas=_quotas(content.get("quotas", {}), path),
        webhook=content.get("webhook", {}),
        **_checked(given, path),
    )


def _checked(given: Mapping[str, Source], path: Path) -> dict[str, Any]:
    values = {name: _check(name, source) for name, source in given.items()}
    for name in FILES:
        if name in values:
            in_file = given[name].where.endswith(str(path))
            values[name] = _folder(values[name], path.parent if in_file else Path.cwd())
    if ("certificate" in values) != ("private_key" in values):
        raise BadSettings("A certificate and a private key go together; give both, or tls alone for one of its own.")
    return values


def _refuse_unknown(names: Iterable[str], known: Iterable[str], has: str, known_are: str) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise BadSettings(f"{has} '{unknown[0]}', which means nothing here; {known_are} {', '.join(known)}.")


def _folder(text: str, base: Path) -> Path:
    return (base / Path(text).expanduser()).resolve()


def _read_file(home: Path, option: Path | None, variable: str | None) -> tuple[Path, dict[str, Any]]:
    named = option or (Path(variable) if variable else None)
    path = _folder(str(named), Path.cwd()) if named else home / FILE_NAME
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if named is None:
            return path, {}
        raise BadSettings(f"There is no settings file {path}; create it or name another one.") from None
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise BadSettings(f"The settings file {path} cannot be read: {error}.") from error


def _as_value(text: str, name: str) -> str | int:
    """Variables are text; those that stand for a whole number or for yes and no are turned into it where they do."""
    if name in SWITCHES:
        return {"true": True, "false": False}.get(text.lower(), text)
    return int(text) if name in WHOLE_NUMBERS and re.fullmatch(r"-?\d{1,9}", text) else text


def _check(name: str, source: Source) -> Any:  # noqa: ANN401 - one of the types that the fields of Settings declare
    value = source.value
    if name in WHOLE_NUMBERS:
        least, greatest, fix = WHOLE_NUMBERS[name]
        if not _whole(value, least, greatest):
            raise source.wrong(fix)
    match name:
        case _ if name in CHOICES and value not in CHOICES[name]:
            raise source.wrong("give " + " or ".join(f'"{choice}"' for choice in CHOICES[name]))
        case _ if name in TEXTS and not _text(value, TEXTS[name][0]):
            raise source.wrong(TEXTS[name][1])
        case _ if name in SWITCHES and not isinstance(value, bool):
            raise source.wrong("it is true or false")
        case _ if name in FILES:
            if not isinstance(value, str | Path) or not str(value):
                raise source.wrong(f"give the path of a {FILES[name]}, as a text")
            return str(value)
        case "database" if not _text(value, r"postgresql(\+psycopg)?://\S+"):
            # Without the value, in which a password may stand.
            raise BadSettings(f"{source.where} is no URL of PostgreSQL; give one such as postgresql://user@host/name.")
    return value


def _whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _text(value: object, pattern: str) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _checkpoints(table: object, path: Path) -> dict[str, Weights]:
    where = f"[checkpoints] in {path}"
    if not isinstance(table, dict):
        raise Source(where=where, value=table).wrong("it must be a table of names and folders")
    return {
        name: _weights(Source(where=f"'{name}' of {where}", value=given), path.parent) for name, given in table.items()
    }


def _weights(source: Source, base: Path) -> Weights:
    match source.value:
        case str(folder) if folder:
            return _folder(folder, base)
        case {"folder": str(folder), "lora": str(lora), **rest} if folder and lora and not rest:
            return WithLora(folder=_folder(folder, base), lora=_folder(lora, base))
        case {"hub": str(hub), **options} if _text(hub, HUB_ID) and set(options) <= {"revision", "lora"}:
            revision, addition = options.get("revision", "main"), options.get("lora")
            if not isinstance(revision, str) or not _text(revision, REVISION):
                raise source.wrong('a revision reads like "main", "v1.0" or a commit')
            if addition is not None and (not isinstance(addition, str) or not addition):
                raise source.wrong("a table reads lora as the path of a file.safetensors")
            return FromHub(hub=hub, revision=revision, lora=None if addition is None else _folder(addition, base))
        case dict():
            raise source.wrong(
                'a table reads { folder = "path of a folder", lora = "path of a file.safetensors" } or '
                '{ hub = "organisation/name", revision = "main" }'
            )
        case _:
            raise source.wrong("give the path of a folder, as a text")


def _quotas(table: object, path: Path) -> dict[str, int]:
    where = f"[quotas] in {path}"
    if not isinstance(table, dict):
        raise Source(where=where, value=table).wrong('it must hold lines such as "<model id>" = 120')
    least, greatest, fix = WHOLE_NUMBERS["requests_per_minute"]
    for model_id, value in table.items():
        if not _whole(value, least, greatest):
            raise Source(where=f"'{model_id}' of {where}", value=value).wrong(fix)
    return dict(table)


def _models(table: object, path: Path) -> dict[str, Tier]:
    where = f"[models] in {path}"
    if not isinstance(table, dict):
        raise Source(where=where, value=table).wrong('it must hold tables such as [models."<model id>"]')
    return {model_id: _tier(content, f'[models."{model_id}"] in {path}') for model_id, content in table.items()}


def _tier(content: object, where: str) -> Tier:
    if not isinstance(content, dict):
        raise Source(where=where, value=content).wrong("it must be a table, such as { steps = 28 }")
    _refuse_unknown(
        content, (*TEXT_FIELDS, *NUMBER_FIELDS, "guided", "refine"), f"{where} has the key", "known keys are"
    )
    for name, value in content.items():
        _check_tier_field(name, Source(where=f"'{name}' of {where}", value=value))
    return dict(content)


def _check_tier_field(name: str, source: Source) -> None:
    if name in TEXT_FIELDS:
        if not isinstance(source.value, str) or not source.value:
            raise source.wrong("give a name, as a text in quotes")
        if name in CHOICES and source.value not in CHOICES[name]:
            raise source.wrong("give " + " or ".join(f'"{choice}"' for choice in CHOICES[name]))
    elif name == "refine":
        _check_refine(source)
    elif name == "guided":
        _check_guided(source)
    else:
        _check_number(source, *NUMBER_FIELDS[name])


def _check_refine(source: Source) -> None:
    given = source.value
    if not isinstance(given, dict) or not {"scale", "strength", "steps"} <= set(given):
        raise source.wrong("it must be a table such as { scale = 2, strength = 0.3, steps = 12 }")
    known = [name.removeprefix("refine.") for name in REFINE_FIELDS]
    _refuse_unknown(given, known, f"{source.where} has the key", "known keys are")
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
