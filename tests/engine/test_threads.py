"""Small networks are known by their files."""

from pathlib import Path

import pytest

from outcrop.catalog.card import CheckpointCard
from outcrop.engine.threads import DENOISERS, SMALL, is_small, threads_for


@pytest.mark.parametrize("part", DENOISERS)
def test_size_decides(part: str, tmp_path: Path) -> None:
    """Whatever else lies in the folder: text encoders do not count."""
    (tmp_path / part).mkdir()
    (tmp_path / "text_encoder").mkdir()
    for name in (f"{part}/one.safetensors", f"{part}/two.safetensors", "text_encoder/model.safetensors"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(SMALL // 2)
    assert is_small(tmp_path)
    assert threads_for(tmp_path, 8) == 1
    with (tmp_path / part / "two.safetensors").open("ab") as file:
        file.write(b"\0")
    assert not is_small(tmp_path)
    assert threads_for(tmp_path, 8) == 8


def test_a_checkpoint_of_the_tests_is_small(tiny_card: CheckpointCard) -> None:
    """So one thread draws with it."""
    assert threads_for(tiny_card.folder, 8) == 1
