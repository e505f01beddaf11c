"""What the largest body costs: measured from outside, on a server in a process of its own with the toy engine."""

import http.client
import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from outcrop.api.body import MAX_BYTES
from tests.conftest import CANVAS, SDXL, ULTRA
from tests.serving import SIGNED

MOST_MIB = 80
INPAINT, OUTPAINT = "us.stability.stable-image-inpaint-v1:0", "us.stability.stable-outpaint-v1:0"
PROCESSES = Path("/proc")
SIDE = 2400
ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROCESSES.is_dir(), reason="the peak of a process is read from Linux's files"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A server that is running elsewhere."""

    process: int
    port: int

    def peak_mib(self) -> float:
        """The most memory that it ever had."""
        lines = (PROCESSES / str(self.process) / "status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024

    def ask(self, body: bytes, model: str = ULTRA) -> tuple[int, str]:
        """Send a body; status and message of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", f"/model/{model}/invoke", body, SIGNED)
        response = connection.getresponse()
        content = json.loads(response.read())
        connection.close()
        return response.status, content.get("message", "")


@pytest.fixture
def program(toy_folder: Path) -> Iterator[Program]:
    """A fresh server, warm from one picture."""
    command = ["env", f"PYTHONPATH={ROOT / 'src'}:{ROOT}", sys.executable, "-m", "tests.api.program", str(toy_folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        running = Program(process=process.pid, port=int(process.stdout.readline()))
        assert running.ask(b'{"prompt": "a red apple"}')[0] == http.client.OK
        yield running
        process.stdin.close()


def filled(begin: bytes, filling: bytes, end: bytes = b"") -> bytes:
    """A body of the most bytes there may be."""
    times, rest = divmod(MAX_BYTES - len(begin) - len(end), len(filling))
    return begin + filling * times + end + b" " * rest


BODIES = {
    "a picture that is none": (
        filled(b'{"prompt": "a", "strength": 0.5, "image": "', b"AAAA", b'"}'),
        "The field 'image' cannot be read as a picture; send a whole JPEG, PNG or WebP.",
    ),
    "a prompt of one word": (filled(b'{"prompt": "', b"A", b'"}'), "#/prompt: expected maxLength: 10000, actual: 2499"),
    "a prompt of many words": (filled(b'{"prompt": "', b"red ", b'"}'), "Malformed input request, please reformat"),
    "emoji": (filled(b'{"prompt": "', "\N{GRINNING FACE}".encode(), b'"}'), "Malformed input request, please reformat"),
    "millions of values": (filled(b"[", b"{},", b"0]"), "Malformed input request, please reformat"),
    "millions of keys": (filled(b"{", b'"":{},', b'"":0}'), "Malformed input request, please reformat"),
    "no end": (filled(b'{"prompt": "', b"A"), "Malformed input request, please reformat"),
}


def noise(side: int, depth: int = 3) -> bytes:
    """The base64 of a PNG that cannot be made smaller."""
    file = BytesIO()
    pixels = np.random.default_rng(7).integers(0, 256, (side, side, depth), np.uint8)
    Image.fromarray(pixels).save(file, "png", compress_level=1)
    return b64encode(file.getvalue())


def everywhere(colour: str) -> bytes:
    """The base64 of a mask for it that has everything drawn anew: what the answer costs is no matter of the body."""
    file = BytesIO()
    Image.new("L", (SIDE, SIDE), colour).save(file, "png")
    return b64encode(file.getvalue())


# Each has 16 or 17 MB of a file in 22 or 23 MB of base64, with as many pixels as bytes.
OPAQUE, CUT_OUT = partial(noise, SIDE), partial(noise, 2100, 4)
WHITE = partial(everywhere, "white")
XL = b'{"text_prompts": [{"text": "a"}], "init_image": "%s", "mask_source": '
BLACK = partial(everywhere, "black")
ANEW = b'{"taskType": "INPAINTING", "inPaintingParams": {"text": "a", "image": "%s", "maskImage": "%s"}}'
NEAR = b'{"taskType": "IMAGE_VARIATION", "imageVariationParams": {"text": "a", "images": ["%s"]}}'
PICTURES = {
    "Ultra": (ULTRA, b'{"prompt": "a", "strength": 0.5, "image": "%s"}', [OPAQUE]),
    "SDXL": (SDXL, XL + b'"MASK_IMAGE_WHITE", "mask_image": "%s"}', [OPAQUE, WHITE]),
    "SDXL, what is transparent": (SDXL, XL + b'"INIT_IMAGE_ALPHA"}', [CUT_OUT]),
    "Inpaint": (INPAINT, b'{"prompt": "a", "image": "%s", "mask": "%s"}', [OPAQUE, WHITE]),
    "Outpaint": (OUTPAINT, b'{"image": "%s", "left": 64, "output_format": "jpeg"}', [OPAQUE]),
    "Nova Canvas": (CANVAS, NEAR, [OPAQUE]),
    "Nova Canvas, inpainting": (CANVAS, ANEW, [OPAQUE, BLACK]),
}


@pytest.mark.parametrize(("model", "body", "pictures"), PICTURES.values(), ids=PICTURES)
def test_a_valid_picture_of_a_large_body_costs_less_than_80_mib(
    program: Program, model: str, body: bytes, pictures: list[Callable[[], bytes]]
) -> None:
    """Decoded and drawn from, in every family."""
    whole = body % tuple(make() for make in pictures)
    assert 22_000_000 < len(whole) < MAX_BYTES
    before = program.peak_mib()
    assert program.ask(whole, model)[0] == http.client.OK
    assert program.peak_mib() - before < MOST_MIB


def test_a_webp_of_the_most_pixels_costs_less_than_80_mib(program: Program) -> None:
    """Its file is small, and its pixels are as many as there may be."""
    out = BytesIO()
    Image.effect_noise((384, 384), 90).convert("RGB").resize((3072, 3072)).save(out, "WEBP", quality=50, method=0)
    before = program.peak_mib()
    assert program.ask(b'{"prompt": "a", "strength": 0.5, "image": "%s"}' % b64encode(out.getvalue()))[0] == 200
    assert program.peak_mib() - before < MOST_MIB


@pytest.mark.parametrize(("body", "says"), BODIES.values(), ids=BODIES)
def test_the_largest_body_costs_less_than_80_mib(program: Program, body: bytes, says: str) -> None:
    """Read, parsed and refused, whatever is in it."""
    before = program.peak_mib()
    status, message = program.ask(body)
    assert (status, says in message) == (http.client.BAD_REQUEST, True), message
    assert program.peak_mib() - before < MOST_MIB
