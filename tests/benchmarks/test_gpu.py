"""The command for a GPU can be rehearsed without one, and does not pretend to have one."""

import json

import pytest
import torch
from benchmarks.gpu.run import main


def test_the_rehearsal_goes_through_every_network_and_side(capsys: pytest.CaptureFixture[str]) -> None:
    """Two tiny networks, two sides, two batches; each figure says what it is of."""
    main(["--tiny"])
    printed = json.loads(capsys.readouterr().out)
    assert printed["card"] == "rehearsal"
    seen = {(figure["network"], figure["side"], figure["batch"]) for figure in printed["figures"]}
    assert len(seen) == len(printed["figures"]) == 8


@pytest.mark.skipif(torch.cuda.is_available(), reason="with a GPU it would measure for minutes")
def test_without_a_gpu_it_says_so() -> None:
    """No figures are made up on a CPU."""
    with pytest.raises(SystemExit, match="no GPU"):
        main([])
