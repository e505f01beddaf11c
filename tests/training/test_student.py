"""A student comes nearer to its guided teacher, goes on where it stopped, and leaves the teacher alone."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from outcrop.training.low_rank import Additions, write_lora
from outcrop.training.networks import Denoiser, DenoiserShape, build_denoiser
from outcrop.training.practice import Bucket
from outcrop.training.student import StudentRun, StudentTrainer

CPU = torch.device("cpu")
WORDS = 40
SHAPE = DenoiserShape(blocks=2, heads=1, head_width=32, text_width=16, text_layers=1)
RUN = StudentRun(steps=40, passes=3, batch=8, rank=8, rate=1e-2, warm_up=2, half=False)


def _teacher() -> Denoiser:
    """A tiny network that is no longer zero anywhere, as if it had been trained."""
    denoiser = build_denoiser(SHAPE, WORDS, 1)
    source = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in denoiser.transformer.parameters():
            parameter.add_(0.04 * torch.randn(parameter.shape, generator=source))
    return denoiser


@pytest.fixture
def buckets() -> dict[str, Bucket]:
    """Random latents under random words."""
    latents = torch.randn(16, 8, 8, 8, generator=torch.Generator().manual_seed(5))
    words = torch.randint(0, WORDS - 2, (16, 32), generator=torch.Generator().manual_seed(6))
    empty = torch.full((1, 32), WORDS - 1)
    return {
        "64x64": Bucket(
            latents=latents, tokens=lambda rows, _: words[rows], empty=lambda count: empty.expand(count, -1)
        )
    }


def _velocity(denoiser: Denoiser) -> Tensor:
    x = torch.randn(2, 8, 8, 8, generator=torch.Generator().manual_seed(9))
    with torch.no_grad():
        out: Tensor = denoiser(torch.full((2, 32), 3), x, torch.tensor([0.9, 0.4]))
    return out


def test_additions_begin_as_nothing_and_can_be_switched_off() -> None:
    """The network answers as before, until the additions are trained; and again when they are off."""
    denoiser = _teacher()
    before = _velocity(denoiser)
    additions = Additions(denoiser.transformer, 4)
    assert torch.allclose(_velocity(denoiser), before, atol=1e-6)
    with torch.no_grad():
        for part in additions.parts.values():
            part.up.add_(0.1)
    assert not torch.allclose(_velocity(denoiser), before, atol=1e-3)
    additions.switch(on=False)
    assert torch.allclose(_velocity(denoiser), before, atol=1e-6)


def test_a_student_comes_nearer_to_its_guided_teacher(buckets: dict[str, Bucket]) -> None:
    """Its error falls clearly, and no weight of the teacher has moved."""
    teacher = _teacher()
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    trainer = StudentTrainer(teacher, RUN, CPU)
    losses = [trainer.step(buckets)[0] for _ in range(40) if _onward(trainer)]
    assert sum(losses[-8:]) < 0.7 * sum(losses[:8])
    after = teacher.state_dict()
    for name, value in before.items():
        kept = name if name in after else f"{name.removesuffix('weight')}parametrizations.weight.original"
        assert torch.equal(after[kept], value), name


def test_a_student_goes_on_where_it_stopped(buckets: dict[str, Bucket], tmp_path: Path) -> None:
    """Two steps, a save, a load and two steps give the losses of four steps."""
    whole = StudentTrainer(_teacher(), RUN, CPU)
    losses = [whole.step(buckets)[0] for _ in range(4) if _onward(whole)]
    first = StudentTrainer(_teacher(), RUN, CPU)
    begun = [first.step(buckets)[0] for _ in range(2) if _onward(first)]
    first.save(tmp_path)
    second = StudentTrainer(_teacher(), RUN, CPU)
    second.resume(tmp_path)
    assert begun + [second.step(buckets)[0] for _ in range(2) if _onward(second)] == pytest.approx(losses, abs=1e-6)


def test_a_written_student_is_its_additions(tmp_path: Path) -> None:
    """The file holds two matrices a layer, under the names that diffusers reads, and nothing else."""
    additions = Additions(_teacher().transformer, 4)
    write_lora(additions.state(), tmp_path / "lora.safetensors")
    held = load_file(tmp_path / "lora.safetensors")
    assert len(held) == 2 * len(additions.parts)
    name = "transformer.transformer_blocks.0.attn.to_q.lora_A.weight"
    assert held[name].shape == (4, 32)
    assert held[name.replace("lora_A", "lora_B")].shape == (32, 4)


def _onward(trainer: StudentTrainer) -> bool:
    """Let the next step be the next one."""
    trainer.progress = replace(trainer.progress, step=trainer.progress.step + 1)
    return True
