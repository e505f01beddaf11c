"""Which numbers networks are kept and multiplied in: what the operator says, and what the device is made for.

Knows devices; knows no network. Measured figures stand in docs/why.md.
"""

import logging
from collections.abc import Mapping

import torch

from outcrop.units import Precision, PrecisionChoice

TYPES: Mapping[Precision, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16}
"""What a product is made of; its sums are float32 in either."""

log = logging.getLogger(__name__)


def precision_on(device: torch.device, choice: PrecisionChoice) -> Precision:
    """The precision that is meant by a choice on a device.

    Left to the engine, it is bf16 on a GPU, and on a CPU that multiplies bf16 by itself: elsewhere such products are
    made with fp32's instructions and save nothing. Where there are none at all, fp32 is what remains.
    """
    if device.type != "cpu":
        return "bf16" if choice == "auto" else choice
    if choice == "bf16" and not _takes_bf16():
        log.warning("this processor has no products of bf16; pictures are drawn in fp32")
        return "fp32"
    if choice == "auto":
        return "bf16" if _takes_bf16() and _multiplies_bf16() else "fp32"
    return choice


def number_type(device: torch.device, precision: Precision) -> torch.dtype:
    """What a network's numbers are kept as between its products.

    On a CPU always float32: only what a product reads is narrowed.
    """
    return torch.float32 if device.type == "cpu" or precision == "fp32" else torch.bfloat16


def _takes_bf16() -> bool:
    """Whether torch has a library that makes products of bf16 on this processor, in whatever way."""
    has_onednn: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call] # torch's own
    takes_bf16: bool = has_onednn and torch.ops.mkldnn._is_mkldnn_bf16_supported()  # noqa: SLF001 - no public name
    return takes_bf16


def _multiplies_bf16() -> bool:
    """Whether this processor has AVX-512's instructions for bf16."""
    has_instructions: bool = torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001 - no public name
    return has_instructions
