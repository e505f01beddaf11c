"""A large picture's work in tiles that overlap, blended where they do. Knows tensors and sides; knows no network.

What is taken at once is a tile, however large the picture; besides it there is only what has been put together so far.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import torch
from torch import Tensor

OVERLAP = 4
"""Neighbours share at least one of so many parts of a tile's side."""

PIECES = 4
"""Pieces a side of a mosaic: of 2, 4 and 8, and of single pixels, these came nearest to the whole (docs/why.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Pixels a side, before and after the work, of what may be cut: 1 and 8 where latents become a picture."""

    before: int
    after: int


def in_tiles(work: Callable[[Tensor], Tensor], whole: Tensor, side: int, scale: Scale) -> Tensor:
    """Do a piece of work on tiles of a picture, and put the results together.

    Along each side tiles are evenly spread and of one length, that of the picture where it is no longer than a tile.
    Each counts the less, the nearer to an edge that it has a neighbour beyond; all together count as one.

    Shapes: whole (c, h * before, w * before); work (c, a * before, b * before) -> (d, a * after, b * after), a and b up
    to `side`; returns (d, h * after, w * after) float32 on the CPU.
    """
    height, width = whole.shape[-2] // scale.before, whole.shape[-1] // scale.before
    rows, columns = spread(height, side), spread(width, side)
    row_shares, column_shares = (_shares(places, scale.after) for places in (rows, columns))
    put: Tensor | None = None
    for row, row_share in zip(rows, row_shares, strict=True):
        for column, column_share in zip(columns, column_shares, strict=True):
            found = work(whole[:, _cut(row, scale.before), _cut(column, scale.before)]).float().cpu()
            if put is None:
                put = torch.zeros(found.shape[0], height * scale.after, width * scale.after, dtype=torch.float32)
            found = found * row_share[:, None] * column_share
            put[:, _cut(row, scale.after), _cut(column, scale.after)] += found
    assert put is not None, "every picture has a tile"
    return put


def sampled(whole: Tensor, scale: Scale, share: float) -> Tensor:
    """A mosaic of pieces spread over a picture, whose channels have the mean and the deviation of all of it.

    Pieces, not single pixels, so that a network sees the texture that there is.

    Shapes: whole (c, h * before, w * before); returns (c, a * before, b * before), a * b at most the share of h * w.
    """
    height, width = (side // scale.before for side in whole.shape[-2:])
    rows, columns = (_pieces(side, max(1, int(side * share**0.5))) for side in (height, width))
    put = torch.cat([whole[:, _cut(row, scale.before)] for row in rows], dim=1)
    put = torch.cat([put[:, :, _cut(column, scale.before)] for column in columns], dim=2)
    deviation, mean = torch.std_mean(whole, dim=(1, 2), keepdim=True, correction=0)
    own_deviation, own_mean = torch.std_mean(put, dim=(1, 2), keepdim=True, correction=0)
    return (put - own_mean) / own_deviation.clamp(min=1e-6) * deviation + mean


def _pieces(length: int, wanted: int) -> tuple[range, ...]:
    """Places of a mosaic's pieces along one side, the first and the last at the edges, together as long as wanted."""
    count = min(PIECES, wanted)
    lengths = [(wanted + number) // count for number in range(count)]
    gap = (length - wanted) / max(count - 1, 1)
    starts = [sum(lengths[:number]) + round(number * gap) for number in range(count)]
    return tuple(range(start, start + piece) for start, piece in zip(starts, lengths, strict=True))


def spread(length: int, side: int) -> tuple[range, ...]:
    """The places of tiles along one side: as few as overlap by their share, the first and the last at the edges."""
    if length <= side:
        return (range(length),)
    beyond, step = length - side, side - ceil(side / OVERLAP)
    count = 1 + ceil(beyond / step)
    starts = (round(number * beyond / (count - 1)) for number in range(count))
    return tuple(range(start, start + side) for start in starts)


def _shares(places: Sequence[range], scale: int) -> list[Tensor]:
    """How much each tile counts along one side, pixel by pixel; over any pixel they sum to 1."""
    cuts = [_cut(place, scale) for place in places]
    slope = _slope(len(places[0]) * scale)
    total = torch.zeros(places[-1].stop * scale, dtype=torch.float64)
    for cut in cuts:
        total[cut] += slope
    return [(slope / total[cut]).float() for cut in cuts]


def _slope(length: int) -> Tensor:
    """Rising from both ends over the share that neighbours have at least, level between."""
    from_edge = torch.minimum(torch.arange(length), torch.arange(length).flip(0)).double() + 0.5
    return (from_edge / ceil(length / OVERLAP)).clamp(max=1)


def _cut(place: range, scale: int) -> slice:
    return slice(place.start * scale, place.stop * scale)
