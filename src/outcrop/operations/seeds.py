"""Which seeds the pictures of one request have. Knows numbers; draws no chance of its own."""

from collections.abc import Callable

from outcrop.units import MAX_SEED, Seed


def seeds(first: Seed | None, images: int, random_seed: Callable[[], Seed]) -> tuple[Seed, ...]:
    """One seed a picture, each one more than the last and beginning again at 0; None takes the first by chance."""
    begin = random_seed() if first is None else first
    return tuple(Seed((begin + index) % (MAX_SEED + 1)) for index in range(images))
