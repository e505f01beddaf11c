"""A server as a shop: drafts are ordered there, and sets that were ordered before are found again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from outcrop.client.drafts import Drafts
from outcrop.client.place import find_place
from outcrop.client.wire import Wire
from outcrop.clock import new_id


def connect(url: str | None = None, *, token: str | None = None) -> "Shop":
    """A server, by its URL and a bearer key, or by what the environment says; nothing is sent yet.

    Read are OUTCROP_URL or AWS_ENDPOINT_URL, and AWS's variables for keys; without a URL it is the one of this machine.

    Raises: BadSettings when the URL is none; NoCredentials when there is no key.
    """
    return Shop(wire=Wire(find_place(url, token)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A server that draws."""

    wire: Wire = field(repr=False)

    def draft(
        self,
        prompt: str,
        *,
        count: int = 8,
        on: str = "core",
        seed: int | None = None,
        key: str | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Drafts:
        """Order drafts of a prompt; returns before they are drawn, with their price.

        `key` names the order: sent twice it makes one set; without it, a new one does. `more` are further members of
        the order, in the REST's words: negativePrompt, aspectRatio, tags, campaign.

        Raises: InvalidRequest; BudgetSpent; the domain error that the server names; Unavailable.
        """
        body: dict[str, Any] = {"prompt": prompt, "count": count, "model": on, **(more or {})}
        if seed is not None:
            body["seed"] = seed
        return Drafts(self.wire, self.wire.ask("POST", "/v1/drafts", body=body, key=key or new_id()))

    def drafts(self, set_id: str) -> Drafts:
        """A set that was ordered before.

        Raises: NoSuchResource when the account has none of that id.
        """
        return Drafts(self.wire, self.wire.ask("GET", f"/v1/drafts/{set_id}"))
