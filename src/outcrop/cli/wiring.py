"""Puts the parts together from the settings: the one place that knows which engine stands behind the seam."""

from dataclasses import replace
from pathlib import Path
from typing import assert_never

from outcrop.access.key_file import KeyKind, open_keys
from outcrop.assets.buckets import Buckets, disk_buckets
from outcrop.assets.disk import DiskObjects
from outcrop.assets.library import FOLDER as LIBRARY
from outcrop.assets.objects import Objects
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.sealed import SealedObjects
from outcrop.assets.store import Store
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.catalog.own_costs import OwnCosts, read_own_costs
from outcrop.cli.sealing import open_cipher
from outcrop.clock import UnixTime, day_of, now, random_bytes, unix_time
from outcrop.engine.fleet import Fleet
from outcrop.engine.memory import MemoryLimits
from outcrop.engine.process import ProcessEngine
from outcrop.errors import BadCheckpoint, BadSettings
from outcrop.flow import Flow
from outcrop.jobs.desk import Shelves
from outcrop.provenance.chain import FOLDER, development_chain, read_chain, read_roots
from outcrop.provenance.marks import Marks
from outcrop.provenance.verify import Verifier
from outcrop.setting_tables import FromHub, Weights, WithLora
from outcrop.settings import Settings

MOST_WORKERS = 4
"""Engine processes beside each other where the settings say nothing else: each holds its libraries, some 700 MiB."""
FETCHED = "weights"
"""The folder of what was fetched from a hub, in what is kept."""
PRICES = "prices"
"""The folder of the operator's own price lists, in what is kept."""
OWN_COSTS = "own-costs"
"""The folder of their lists of what the engine's time costs them."""

BUCKETS = "buckets"
"""The folder that stands for S3, in what is kept, where the settings name none."""
SPOOL = "spool"
"""The folder in which the output of batches grows, in what is kept."""
RENDITIONS = "renditions"
"""The folder of renditions of assets, in what is kept."""
A_DAY_S = 86_400
"""After which what was begun to be written is nobody's any more."""

WATERMARK_KEY = KeyKind(name="watermark key", file="watermark.key", variable="OUTCROP_WATERMARK_KEY")
MARKED = {"models": None, "all": True, "none": False}
"""What a setting says of all models; None leaves it to each."""


def open_catalog(settings: Settings) -> Catalog:
    """The shipped catalogue with the operator's weights and tiers over it.

    Raises: BadSettings when the settings name a model or checkpoint there is none of, or a list of the operator's
    cannot be used; BadCheckpoint when a folder of weights is none or a LoRA is not there.
    """
    named = settings.checkpoints
    folders = {name: _folder(name, each, settings.home) for name, each in named.items()}
    loras = {name: each.lora for name, each in named.items() if not isinstance(each, Path) and each.lora is not None}
    lists = sorted((settings.home / PRICES).glob("*.toml"))
    catalog = load_catalog(
        folders=folders,
        loras=loras,
        tiers=settings.models,
        price_lists=lists,
        backend=settings.backend,
    )
    if settings.tile_pixels is not None:
        catalog = catalog.in_tiles_of(settings.tile_pixels)
    catalog = catalog.marked("watermark", MARKED[settings.watermark], _that_say("watermark", settings))
    catalog = catalog.marked("credentials", MARKED[settings.credentials], _that_say("credentials", settings))
    own = sorted((settings.home / OWN_COSTS).glob("*.toml"))
    own_costs = OwnCosts(lists=tuple(read_own_costs(file) for file in own))
    return replace(catalog, own_costs=own_costs).on(day_of(unix_time()))


def _that_say(field: str, settings: Settings) -> set[str]:
    """The models whose own settings name a field."""
    return {model_id for model_id, tier in settings.models.items() if field in tier}


def fetched_folder(home: Path, source: FromHub) -> Path:
    """Where a checkpoint of a hub lies once it is fetched."""
    return home / FETCHED / f"{source.hub.replace('/', '--')}@{source.revision}"


def _folder(name: str, given: Weights, home: Path) -> Path:
    match given:
        case Path():
            return given
        case WithLora():
            return given.folder
        case FromHub():
            folder = fetched_folder(home, given)
            if not folder.is_dir():
                raise BadCheckpoint(
                    f"Checkpoint '{name}' is {given.hub} of a hub and not on this machine yet; fetch it: "
                    f"outcrop fetch {name}"
                )
            return folder
        case _:
            assert_never(given)


def open_flow(settings: Settings, catalog: Catalog, made_at: UnixTime = unix_time) -> Flow:
    """A flow on engines in their own processes; returns before the first has loaded. Close it.

    `made_at` is when its marks say that pictures were made.
    """
    memory = MemoryLimits(weights=_bytes(settings.weights_mib), pictures=_bytes(settings.pictures_mib))

    def start() -> ProcessEngine:
        return ProcessEngine(catalog.checkpoints, settings.threads, memory, settings.precision)

    engines = Fleet(start, settings.workers or min(settings.threads, MOST_WORKERS), catalog.checkpoints)
    return Flow(engines, now, settings.places, open_marks(settings, made_at))


def open_marks(settings: Settings, made_at: UnixTime = unix_time) -> Marks:
    """What pictures are marked with. What the operator gave is read at once, a development chain and a key made later.

    Raises: BadSettings when what the operator gave cannot be used.
    """

    def key() -> bytes:
        return _watermark_keys(settings)[0]

    if settings.watermark_key is not None:
        key()
    if settings.credentials_chain is None or settings.credentials_key is None:
        return Marks(lambda: development_chain(settings.home, unix_time()), key, unix_time, made_at)
    chain = read_chain(settings.credentials_chain, settings.credentials_key)
    return Marks(lambda: chain, key, unix_time, made_at)


def open_verifier(settings: Settings) -> Verifier:
    """What pictures are verified by: this installation's own keys and certificates, and whom it trusts besides.

    They are read at the first picture; where there is no development chain, none is made for it.
    """
    return Verifier(lambda: _watermark_keys(settings), lambda: _roots(settings))


def _roots(settings: Settings) -> list[bytes]:
    """The certificates that signatures may lead to.

    Raises: BadSettings when one cannot be read.
    """
    found = []
    if settings.credentials_chain is not None and settings.credentials_key is not None:
        found.append(read_chain(settings.credentials_chain, settings.credentials_key).root)
    elif (settings.home / FOLDER).exists():
        found.append(development_chain(settings.home, unix_time()).root)
    return found if settings.credentials_roots is None else [*found, read_roots(settings.credentials_roots)]


def _watermark_keys(settings: Settings) -> tuple[bytes, ...]:
    return open_keys(WATERMARK_KEY, settings.home, settings.watermark_key, random_bytes)


def open_shelves(settings: Settings) -> Shelves:
    """Where bytes are kept for jobs.

    Raises: BadSettings when an S3 is named and obstore is not installed, or assets cannot be encrypted as they should.
    """
    disk = DiskObjects(settings.home)
    disk.sweep(unix_time() - A_DAY_S)
    buckets, objects = _places(settings, settings.s3_endpoint, disk)
    cipher = open_cipher(settings)
    store = SealedObjects(objects, cipher)
    pictures = Store(store, LIBRARY)
    return Shelves(
        store=Store(store),
        pictures=pictures,
        renditions=RenditionCache(settings.home / RENDITIONS, settings.renditions_mib << 20, cipher),
        buckets=buckets,
        spool=settings.home / SPOOL,
    )


def _places(settings: Settings, endpoint: str | None, disk: DiskObjects) -> tuple[Buckets, Objects]:
    """What `s3://` means, and where assets are."""
    if endpoint is None:
        return disk_buckets(settings.buckets or settings.home / BUCKETS), disk
    try:
        from outcrop.assets.s3 import S3Account, S3Objects, s3_buckets
    except ModuleNotFoundError:
        raise BadSettings("An S3 needs obstore: pip install 'outcrop[s3]'.") from None
    account = S3Account(
        endpoint=endpoint,
        region=settings.s3_region or settings.region,
        key_id=settings.s3_key_id,
        secret=settings.s3_secret,
    )
    bucket = settings.assets
    return s3_buckets(account), disk if bucket is None else S3Objects(account, bucket.removeprefix("s3://"))


def _bytes(mebibytes: int | None) -> int | None:
    return None if mebibytes is None else mebibytes * 2**20
