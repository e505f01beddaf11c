"""Classifiers of explicit pictures whose weights an operator has fetched, run by ONNX Runtime. Knows no policy.

The weights are Yahoo's open_nsfw, a ResNet of 50 layers on pictures of 224 x 224. Source: `yahoo/open_nsfw`,
"classify_nsfw.py", for how a picture is prepared.
"""

from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from PIL import Image

from outcrop.errors import BadSettings
from outcrop.safety.pictures import Judge

OPEN_NSFW: Final = "open-nsfw.onnx"
_WHOLE, _SIDE = 256, 224
_MEANS: Final = np.array([104, 117, 123], np.float32)
"""Of blue, green and red, which the network was trained without."""


def open_judge(folder: Path) -> Judge:
    """The classifier whose weights lie in a folder.

    Raises: BadSettings when they are missing or cannot be used: nothing passes unjudged because a file is not there.
    """
    path = folder / OPEN_NSFW
    try:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except FileNotFoundError:
        raise BadSettings(
            f"picture_moderation is on, and {path} is not there: fetch it by `outcrop fetch moderation`, or set "
            'picture_moderation = "off".'
        ) from None
    except Exception as error:  # noqa: BLE001  whatever the library says of a file that is none of its own
        raise BadSettings(f"{path} cannot be used ({error}); remove it and run `outcrop fetch moderation`.") from None
    (name,) = (each.name for each in session.get_inputs())

    def judge(image: Image.Image) -> float:
        scores = session.run(None, {name: prepared(image)[None]})[0]
        return float(np.asarray(scores)[0][1])

    return judge


def prepared(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """A picture as the network was shown them when it learned: shrunk, through a JPEG, blue first, without the means.

    Shapes: (224, 224, 3).
    """
    edge = (_WHOLE - _SIDE) // 2
    small = image.convert("RGB").resize((_WHOLE, _WHOLE), Image.Resampling.BILINEAR)
    jpeg = BytesIO()
    small.crop((edge, edge, edge + _SIDE, edge + _SIDE)).save(jpeg, "JPEG")
    with Image.open(jpeg) as again:
        return np.asarray(again, np.float32)[:, :, ::-1] - _MEANS
