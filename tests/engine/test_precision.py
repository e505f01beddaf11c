"""Which precision a device is given."""

import logging

import pytest
import torch

from outcrop.engine import precision
from outcrop.engine.precision import number_type, precision_on
from outcrop.units import Precision, PrecisionChoice

CPU, GPU = torch.device("cpu"), torch.device("cuda")


FULL, EMULATED, NONE = (True, True), (True, False), (False, False)
"""Processors: whether they make products of bf16 at all, and whether they have instructions for them."""


def stand_on(monkeypatch: pytest.MonkeyPatch, processor: tuple[bool, bool]) -> None:
    """Have the engine find that processor."""
    takes, multiplies = processor
    monkeypatch.setattr(precision, "_takes_bf16", lambda: takes)
    monkeypatch.setattr(precision, "_multiplies_bf16", lambda: multiplies)


@pytest.mark.parametrize(
    ("choice", "processor", "given"),
    [
        ("auto", FULL, "bf16"),
        ("auto", EMULATED, "fp32"),
        ("auto", NONE, "fp32"),
        ("fp32", FULL, "fp32"),
        ("bf16", EMULATED, "bf16"),
    ],
)
def test_a_cpu_gets_bf16_where_it_pays_or_is_wanted(
    monkeypatch: pytest.MonkeyPatch, choice: PrecisionChoice, processor: tuple[bool, bool], given: Precision
) -> None:
    """Instructions and a library that uses them; by name also without the former."""
    stand_on(monkeypatch, processor)
    assert precision_on(CPU, choice) == given


def test_what_cannot_be_multiplied_is_said(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Bf16 by name where there is none: the log says what is done instead, and the pictures' recipes will."""
    stand_on(monkeypatch, NONE)
    with caplog.at_level(logging.WARNING):
        assert precision_on(CPU, "bf16") == "fp32"
    assert "drawn in fp32" in caplog.text


def test_a_gpu_keeps_bf16_unless_told() -> None:
    """There all numbers are of the precision; on a CPU they are float32 between the products."""
    assert [precision_on(GPU, choice) for choice in ("auto", "bf16", "fp32")] == ["bf16", "bf16", "fp32"]
    assert [number_type(GPU, "bf16"), number_type(GPU, "fp32")] == [torch.bfloat16, torch.float32]
    assert [number_type(CPU, "bf16"), number_type(CPU, "fp32")] == [torch.float32, torch.float32]
