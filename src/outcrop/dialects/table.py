"""The only registry of dialects: the name a model card gives to the module that reads its bodies."""

from collections.abc import Mapping

from outcrop.dialects import stable_image
from outcrop.dialects.dialect import Dialect

DIALECTS: Mapping[str, Dialect] = {"stable_image": stable_image}
