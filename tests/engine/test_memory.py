"""How much memory there is, and how it is shared out."""

from pathlib import Path

from outcrop.engine.memory import MemoryLimits, available_memory


def test_without_limits_parts_of_what_is_available_are_taken() -> None:
    """More for weights than for pictures, and some left over."""
    weights, pictures = MemoryLimits().given(1000)
    assert (weights, pictures) == (600, 300)


def test_limits_are_taken_as_they_are() -> None:
    """Each for itself."""
    assert MemoryLimits(weights=7).given(1000) == (7, 300)
    assert MemoryLimits(pictures=7).given(1000) == (600, 7)


def test_a_container_may_have_less_than_its_machine(tmp_path: Path) -> None:
    """Its limit without what it has used already counts, where it has one."""
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:   5000 kB\n", encoding="ascii")
    assert available_memory(meminfo, tmp_path) == 5000 * 1024
    (tmp_path / "memory.current").write_text("1000\n", encoding="ascii")
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert available_memory(meminfo, tmp_path) == 5000 * 1024
    (tmp_path / "memory.max").write_text("3000\n", encoding="ascii")
    assert available_memory(meminfo, tmp_path) == 2000


def test_other_systems_have_memory_too(tmp_path: Path) -> None:
    """Where nothing says what is available, something is assumed."""
    assert available_memory(tmp_path / "nothing", tmp_path) > 2**20
