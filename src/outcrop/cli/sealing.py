"""Opens what assets are encrypted with, from the settings. Knows where keys come from; knows no asset."""

from typing import Final

from outcrop.access.key_file import KeyKind, read_keys
from outcrop.assets.cipher import PLAIN, Cipher, Sealed
from outcrop.assets.key_wraps import OwnKeys, Remembered
from outcrop.clock import random_bytes
from outcrop.errors import BadSettings
from outcrop.settings import Settings

ASSET_KEY: Final = KeyKind(name="key of assets", file="", variable="OUTCROP_ASSET_KEY")


def open_cipher(settings: Settings) -> Cipher:
    """The operator's own keys, a key service, or nothing at all.

    Raises: BadSettings when a key is none, there are keys and a key service, or what that needs is not installed.
    """
    given, file, service = settings.asset_key, settings.asset_key_file, settings.asset_kms_key
    if service is not None:
        if given is not None or file is not None:
            raise BadSettings("Assets are encrypted with keys of your own or by a key service; set one of them.")
        return _by_service(service, settings)
    if given is not None:
        return Sealed(OwnKeys(read_keys(given, ASSET_KEY, ASSET_KEY.variable), random_bytes), random_bytes)
    if file is None:
        return PLAIN
    try:
        content = file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise BadSettings(f"The keys of assets, {file}, cannot be read: {error.strerror}.") from None
    return Sealed(OwnKeys(read_keys(content, ASSET_KEY, str(file)), random_bytes), random_bytes)


def _by_service(key_id: str, settings: Settings) -> Cipher:
    try:
        from outcrop.forward.key_service import KeyService
    except ImportError as missing:
        raise BadSettings(f"A key service needs {missing.name}; run pip install 'outcrop[aws]'.") from None
    service = KeyService(key_id, settings.s3_region or settings.region, settings.asset_kms_endpoint)
    return Sealed(Remembered(service), random_bytes)
