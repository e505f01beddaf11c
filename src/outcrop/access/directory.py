"""Everything that is kept of who may call, in one value: the database, the seal of its secrets, time and chance."""

from dataclasses import dataclass

from outcrop.access.key_file import Random
from outcrop.access.sealing import Seal
from outcrop.clock import UnixTime
from outcrop.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """What every part of access works on."""

    database: Database
    seal: Seal
    now: UnixTime
    random: Random
