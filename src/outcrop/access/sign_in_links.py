"""Links that sign somebody in once, so that a first look needs no key typed. Knows keys' ids; knows no page.

They live in the memory of the process that made them, each opens once, and none for long: what is left of one in a
terminal's history opens nothing.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, final

from outcrop.access.key_file import Random
from outcrop.clock import UnixTime
from outcrop.errors import UnknownKey

LASTS_S: Final = 3600
SPENT: Final = "This link has been used, or is too old; sign in with your access key, or start the server anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issued:
    token: str = field(repr=False)
    key_id: str
    until: float


@final
class SignInLinks:
    """Those that are still good."""

    def __init__(self, now: UnixTime, random: Random) -> None:
        self._now = now
        self._random = random
        self._issued: tuple[_Issued, ...] = ()
        self._lock = Lock()

    def issue(self, key_id: str) -> str:
        """A token that signs in with a key, once, within an hour."""
        token = urlsafe_b64encode(self._random(24)).decode()
        with self._lock:
            self._issued += (_Issued(token=token, key_id=key_id, until=self._now() + LASTS_S),)
        return token

    def redeem(self, token: str) -> str:
        """The id of the key that a token was issued for, which it now was for the last time.

        Raises: UnknownKey when it is none, has been redeemed, or is too old.
        """
        with self._lock:
            for issued in self._issued:
                if hmac.compare_digest(issued.token.encode(), token.encode()):
                    self._issued = tuple(each for each in self._issued if each is not issued)
                    if self._now() < issued.until:
                        return issued.key_id
        raise UnknownKey(SPENT)
