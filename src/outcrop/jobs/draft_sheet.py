"""The contact sheet of a draft set: every draft with its number, so that somebody can choose. Draws no draft."""

from collections.abc import Mapping
from io import BytesIO
from typing import Final

from PIL import Image

from outcrop.assets.library import Library, deliverable
from outcrop.finish.sheet import Tile, contact_sheet
from outcrop.store.assets import Asset, assets_of_job
from outcrop.store.drafts import Draft, DraftSet, Pick, drafts_of, picks_of
from outcrop.store.jobs import find_job

PAPER: Final = (228, 228, 224)
"""What a draft is shown as that is not there."""
SIDE: Final = 384
QUALITY: Final = 85


def draft_sheet(library: Library, of: DraftSet) -> bytes:
    """A WebP of a set's drafts by their numbers, with the rank and the note of those that are chosen.

    Raises: StorageFailed when a picture cannot be read.
    """
    with library.database.reading() as connection:
        drafts = drafts_of(connection, of.id)
        picks = {pick.number: pick for pick in picks_of(connection, of.id)}
        assets = {draft.number: assets_of_job(connection, draft.job_id) for draft in drafts}
        jobs = {draft.number: find_job(connection, draft.job_id) for draft in drafts}
    states = {number: "gone" if job is None else job.state for number, job in jobs.items()}
    tiles = [
        Tile(
            image=_picture(library, next(iter(assets[draft.number]), None)),
            caption=_caption(draft, states, picks.get(draft.number), there=bool(assets[draft.number])),
        )
        for draft in drafts
    ]
    out = BytesIO()
    contact_sheet(tiles, tile_px=SIDE).save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


def _picture(library: Library, asset: Asset | None) -> Image.Image:
    if asset is None or not deliverable(asset):
        return Image.new("RGB", (SIDE, SIDE), PAPER)
    with Image.open(BytesIO(library.read(asset))) as image:
        return image.convert("RGB")


def _caption(draft: Draft, states: Mapping[int, str], pick: Pick | None, *, there: bool) -> str:
    number = f"{draft.number} · seed {draft.seed}"
    if not there:
        state = states[draft.number]
        return f"{number} · {'deleted' if state == 'done' else state}"
    if pick is None:
        return number
    return f"{number} · choice {pick.rank}{f': {pick.note}' if pick.note else ''}"
