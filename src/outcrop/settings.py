"""What the operator decides, read once at the edge: a TOML file, then OUTCROP_* variables, then command-line options.

The only reader of the environment. Knows names, types and limits; knows no catalogue, so whether a model or a
checkpoint exists is checked where the catalogue is loaded. `docs/reference/settings.md` describes every name.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import platformdirs

from outcrop.errors import BadSettings
from outcrop.log_lines import Form
from outcrop.processors import usable_processors
from outcrop.setting_names import (
    CHOICES,
    FILE_NAME,
    FILES,
    PLACES,
    PLAIN,
    PREFIX,
    SECRETS,
    SWITCHES,
    TABLES,
    TEXTS,
    WHOLE_NUMBERS,
)
from outcrop.setting_tables import (
    Source,
    Tier,
    Weights,
    folder_of,
    is_text,
    is_whole,
    read_checkpoints,
    read_models,
    read_quotas,
    refuse_unknown,
)
from outcrop.units import PrecisionChoice

Backend = Literal["engine", "bedrock"]
AuditFailure = Literal["log", "refuse"]
WhileLoading = Literal["wait", "refuse"]
Marked = Literal["models", "all", "none"]
RetiredModels = Literal["answer", "refuse"]
Moderation = Literal["on", "off"]


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
    threads: int = field(default_factory=usable_processors)
    """Threads of an engine. A large network's pictures are equal byte by byte only at an equal number."""
    workers: int | None = None
    """Engines that may draw with small networks at once; None is one a thread, but not many."""
    precision: PrecisionChoice = "auto"
    """What the engine multiplies; pictures are equal byte by byte only at an equal one."""
    places: int = 256
    """Pictures that may wait for their first pass; an account takes at most half of the places."""
    while_loading: WhileLoading = "wait"
    """What the server does with a request for a model whose weights are being loaded."""
    moderation: Moderation = "on"
    picture_moderation: Moderation = "off"
    """Whether the server holds prompts back that an account's policy blocks."""
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
    studio: bool = True
    """Whether the studio's pages are served."""
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
    keep_invocations: bool = False
    """Whether pictures that InvokeModel answers are kept in the library too."""
    private_webhooks: bool = False
    """Whether webhooks of accounts may be on private networks, and plain HTTP."""
    keep_jobs_days: int = 30
    """How long jobs are known after their end; 0 is for ever."""
    audit_failure: AuditFailure = "log"
    """What happens to a call that the trail cannot take."""
    database: str | None = field(default=None, repr=False)
    """URL of a PostgreSQL database, which may hold a password; None is a file in `home`."""
    buckets: Path | None = None
    """The folder that stands for S3; None is one in `home`."""
    assets: str | None = None
    """The bucket of the S3 that assets are kept in, as `s3://name`; None keeps them in `home`."""
    renditions_mib: int = 1024
    """What renditions of assets may fill in `home`."""
    asset_key_file: Path | None = None
    """Keys under which assets are encrypted."""
    asset_kms_key: str | None = None
    """The key of a key service under which they are, in place of one's own."""
    asset_kms_endpoint: str | None = None
    """Where that key service is; None is AWS's own of the region."""
    public_url: str | None = None
    """Where links to pictures lead, as scheme and host; None is where somebody asked for one."""
    cloudfront_url: str | None = None
    """Where CloudFront delivers pictures from."""
    cloudfront_key_pair_id: str | None = None
    cloudfront_private_key: Path | None = None
    """What its URLs are signed with."""
    s3_endpoint: str | None = None
    """URL of an S3, or `aws`; None lets folders stand for buckets."""
    s3_region: str | None = None
    """Where that S3 says it is; None is `region`."""
    watermark: Marked = "models"
    """Which pictures carry an invisible mark, where a model's own settings do not say."""
    watermark_key: str | None = field(default=None, repr=False)
    """What the mark is hidden with, in base64; None takes the file in `home`."""
    credentials: Marked = "models"
    """Which files are signed with content credentials, where a model's own settings do not say."""
    credentials_chain: Path | None = None
    """Certificates in PEM that files are signed with, the leaf first; None makes a development chain in `home`."""
    credentials_key: Path | None = None
    """The leaf's private key."""
    credentials_roots: Path | None = None
    """Certificates in PEM of whom is trusted besides, when credentials are verified."""
    s3_key_id: str | None = None
    """The key that the server shows there; None leaves it to the machine."""
    s3_secret: str | None = field(default=None, repr=False)
    asset_key: str | None = field(default=None, repr=False)
    """What assets are encrypted under, in base64; None takes the file, or leaves them as they are."""
    master_key: str | None = field(default=None, repr=False)
    """What seals the secrets of keys, in base64; None takes the file in `home`."""
    checkpoints: Mapping[str, Weights] = field(default_factory=dict)
    """The operator's own weights: name to folder in diffusers layout, or where to fetch one."""
    models: Mapping[str, Tier] = field(default_factory=dict)
    """Model id to the fields of its tier that differ here."""
    quotas: Mapping[str, int] = field(default_factory=dict)
    """Model id to its own requests a minute."""
    webhook: Mapping[str, object] = field(default_factory=dict)
    """Where budget events are told, as the table stands in the file."""


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
    refuse_unknown(variables, known, "The environment has the variable", "known variables are")
    home = (
        folder_of(variables["OUTCROP_HOME"], Path.cwd())
        if variables.get("OUTCROP_HOME")
        else platformdirs.user_data_path("outcrop", appauthor=False)
    )
    path, content = _read_file(home, config, variables.get("OUTCROP_CONFIG"))
    refuse_unknown(content, (*PLAIN, *TABLES), f"{path} has the key", "known keys are")
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
        watermark_key=variables.get(SECRETS["watermark_key"]),
        s3_key_id=variables.get(SECRETS["s3_key_id"]),
        s3_secret=variables.get(SECRETS["s3_secret"]),
        asset_key=variables.get(SECRETS["asset_key"]),
        checkpoints=read_checkpoints(content.get("checkpoints", {}), path),
        models=read_models(content.get("models", {}), path),
        quotas=read_quotas(content.get("quotas", {}), path),
        webhook=content.get("webhook", {}),
        **_checked(given, path),
    )


def _checked(given: Mapping[str, Source], path: Path) -> dict[str, Any]:
    values = {name: _check(name, source) for name, source in given.items()}
    for name in FILES:
        if name in values:
            in_file = given[name].where.endswith(str(path))
            values[name] = folder_of(values[name], path.parent if in_file else Path.cwd())
    _check_together(values)
    return values


def _check_together(values: Mapping[str, object]) -> None:
    """Hold against each other what makes sense together alone."""
    if ("certificate" in values) != ("private_key" in values):
        raise BadSettings("A certificate and a private key go together; give both, or tls alone for one of its own.")
    if ("credentials_chain" in values) != ("credentials_key" in values):
        raise BadSettings("credentials_chain and credentials_key go together; give both, or none of them.")
    cloudfront = [name for name in ("url", "key_pair_id", "private_key") if f"cloudfront_{name}" in values]
    if len(cloudfront) not in {0, 3}:
        raise BadSettings("cloudfront_url, cloudfront_key_pair_id and cloudfront_private_key go together; give all.")
    if "assets" in values and "s3_endpoint" not in values:
        raise BadSettings("'assets' names a bucket, and there is no S3; set s3_endpoint.")


def _read_file(home: Path, option: Path | None, variable: str | None) -> tuple[Path, dict[str, Any]]:
    named = option or (Path(variable) if variable else None)
    path = folder_of(str(named), Path.cwd()) if named else home / FILE_NAME
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
        if not is_whole(value, least, greatest):
            raise source.wrong(fix)
    match name:
        case _ if name in CHOICES and value not in CHOICES[name]:
            raise source.wrong("give " + " or ".join(f'"{choice}"' for choice in CHOICES[name]))
        case _ if name in TEXTS and not is_text(value, TEXTS[name][0]):
            raise source.wrong(TEXTS[name][1])
        case _ if name in SWITCHES and not isinstance(value, bool):
            raise source.wrong("it is true or false")
        case _ if name in FILES:
            if not isinstance(value, str | Path) or not str(value):
                raise source.wrong(f"give the path of a {FILES[name]}, as a text")
            return str(value)
        case "database" if not is_text(value, r"postgresql(\+psycopg)?://\S+"):
            # Without the value, in which a password may stand.
            raise BadSettings(f"{source.where} is no URL of PostgreSQL; give one such as postgresql://user@host/name.")
    return value
