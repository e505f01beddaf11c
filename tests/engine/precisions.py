"""The precisions that this processor can multiply in."""

from typing import get_args

import torch

from outcrop.engine.precision import precision_on
from outcrop.units import Precision

PRECISIONS = tuple(each for each in get_args(Precision) if precision_on(torch.device("cpu"), each) == each)
