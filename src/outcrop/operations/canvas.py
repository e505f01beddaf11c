"""At which size the network works for a size that was asked for. Knows pixels; knows no wire and no tensors."""

import math

from outcrop.units import Size


def native_size(wanted: Size, pixels: int, multiple: int) -> Size:
    """The size nearest in shape to `wanted` at which a network of `pixels` works.

    A network whose own area is at least the wanted one works at the wanted size itself, rounded up to the multiple.
    Otherwise the area is about `pixels` and the shape the nearest that the multiple allows.

    Units: pixels; both sides of the result are positive multiples of `multiple`.
    """
    if wanted.pixels <= pixels:
        return Size(
            width=math.ceil(wanted.width / multiple) * multiple,
            height=math.ceil(wanted.height / multiple) * multiple,
        )
    scale = math.sqrt(pixels / wanted.pixels)

    def sides(side: int) -> tuple[int, ...]:
        cells = side * scale / multiple
        return tuple(multiple * max(1, count) for count in {math.floor(cells), math.ceil(cells)})

    def misfit(size: Size) -> tuple[float, int]:
        shape = abs(math.log(size.width / size.height * wanted.height / wanted.width))
        area = abs(math.log(size.pixels / pixels))
        return (shape + area / 2, size.width)

    return min((Size(width=w, height=h) for w in sides(wanted.width) for h in sides(wanted.height)), key=misfit)
