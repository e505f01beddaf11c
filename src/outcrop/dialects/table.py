"""The only registry of dialects: the name a model card gives to the module that reads its bodies."""

from collections.abc import Mapping

from outcrop.dialects import sdxl, stable_image
from outcrop.dialects.dialect import Dialect

DIALECTS: Mapping[str, Dialect] = {"sdxl": sdxl, "stable_image": stable_image}
