"""Drafts ordered of a running server, over its client. Knows no screen."""

from collections.abc import Mapping, Sequence
from typing import Any, final

from outcrop.cli.draft_orders import Advance, DraftOrder, FinishOrder
from outcrop.client.drafts import Drafts
from outcrop.client.progress import Progress
from outcrop.client.wire import Wire
from outcrop.clock import new_id


@final
class There:
    """A server's counter."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def draft(self, order: DraftOrder) -> Mapping[str, Any]:
        """Order drafts."""
        body: dict[str, Any] = {
            "prompt": order.prompt,
            "count": order.count,
            "model": order.model,
            "aspectRatio": order.aspect_ratio,
        }
        given = {"negativePrompt": order.negative_prompt, "seed": order.seed, "campaign": order.campaign}
        body |= {name: value for name, value in given.items() if value}
        return self._wire.ask("POST", "/v1/drafts", body=body, key=new_id())

    def finish(self, order: FinishOrder) -> Mapping[str, Any]:
        """Order finals of drafts that are there."""
        given = {"picks": list(order.numbers), "model": order.model, "strength": order.strength}
        body: dict[str, Any] = {name: value for name, value in given.items() if value}
        if order.refine:
            body["refinePrompt"] = True
        return self._wire.ask("POST", f"/v1/drafts/{order.set_id}/finish", body=body, key=new_id())

    def choose(self, set_id: str, numbers: Sequence[int], note: str) -> None:
        """Choose drafts."""
        picks = [{"number": number, "note": note} for number in numbers]
        self._wire.ask("PUT", f"/v1/drafts/{set_id}/picks", body={"picks": picks})

    def seen_through(self, set_id: str, advance: Advance) -> Mapping[str, Any]:
        """Wait for all that was ordered of a set."""

        def listen(heard: Progress) -> None:
            advance(heard.done, heard.of)

        drafts = Drafts(self._wire, self._wire.ask("GET", f"/v1/drafts/{set_id}"))
        return drafts.wait(listen).told

    def sheet(self, set_id: str) -> bytes:
        """A set's contact sheet, a WebP."""
        return self._wire.fetch(f"/v1/drafts/{set_id}/sheet")

    def content(self, asset: str) -> bytes:
        """A picture's file."""
        return self._wire.fetch(f"/v1/assets/{asset}/content")
