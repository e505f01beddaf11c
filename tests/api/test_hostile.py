"""Whatever is sent, the answer is a picture or an error of the service model, and tells nothing of the inside."""

import json
import struct
import zlib
from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.conftest import CANVAS, SD35
from tests.dialects.bodies import PICTURE
from tests.serving import SIGNED, Answer, Serving

INSIDE = ("Traceback", "outcrop", "PIL", ".py", "/src/", "Error:", "site-packages", "sqlite")
"""What no message may hold: paths, modules, names of exceptions."""
VECTOR = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64"/></svg>'
SIDE = (96, 96)


def file(image: Image.Image, kind: str, **given: object) -> bytes:
    """A picture's file."""
    out = BytesIO()
    image.save(out, kind, **given)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 50,000 pixels wide and high."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


def frames(kind: str) -> bytes:
    """A picture that moves."""
    return file(
        Image.new("RGB", SIDE, "red"), kind, save_all=True, append_images=[Image.new("RGB", SIDE, "blue")], duration=100
    )


def upside_down() -> bytes:
    """A photo of a camera that was held the wrong way."""
    exif = Image.Exif()
    exif[0x0112] = 3
    return file(Image.new("RGB", SIDE, "red"), "JPEG", exif=exif)


def scans() -> bytes:
    """A JPEG that is drawn over and over: little to send, and much to do."""
    content = file(Image.effect_noise(SIDE, 50).convert("RGB"), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * 5000 + content[-2:]


def texts() -> bytes:
    """A PNG whose words unpack to tens of megabytes."""
    said = PngInfo()
    for number in range(40):
        said.add_text(f"text {number}", "a" * 1_000_000, zip=True)
    return file(Image.new("RGB", SIDE), "PNG", pnginfo=said)


def overlaid() -> bytes:
    """A JPEG of 65 KB whose EXIF unpacks to hundreds of megabytes: each of its tags has all of it for its value."""
    tags = b"".join(struct.pack("<HHII", number + 1, 7, 60_000, 8) for number in range(5000))
    exif = (b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 5000) + tags).ljust(65_000, b"\0")
    content = file(Image.new("RGB", SIDE), "JPEG")
    return content[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + content[2:]


def crumbs() -> bytes:
    """A JPEG of a hundred thousand comments that say nothing."""
    content = file(Image.new("RGB", SIDE), "JPEG")
    return content[:2] + b"\xff\xfe\0\2" * 100_000 + content[2:]


REFUSED = {
    "a JPEG of crumbs": crumbs(),
    "a bomb": bomb(),
    "a JPEG of thousands of scans": scans(),
    "a truncated PNG": file(Image.effect_noise(SIDE, 50), "PNG")[:-2000],
    "a truncated JPEG": file(Image.effect_noise(SIDE, 50), "JPEG")[:200],
    "SVG": VECTOR,
    "GIF": file(Image.new("RGB", SIDE), "GIF"),
    "an animated GIF": frames("GIF"),
    "BMP": file(Image.new("RGB", SIDE), "BMP"),
    "TIFF": file(Image.new("RGB", SIDE), "TIFF"),
    "PDF": file(Image.new("RGB", SIDE), "PDF"),
    "a program": b"\x7fELF" + bytes(1000),
    "nothing": b"",
}
TAKEN = {
    "an animated PNG": frames("PNG"),
    "an animated WebP": frames("WEBP"),
    "CMYK": file(Image.new("CMYK", SIDE), "JPEG"),
    "16 bits": file(Image.new("I;16", SIDE, 40_000), "PNG"),
    "turned by EXIF": upside_down(),
    "a PNG of words": texts(),
    "EXIF that says all of itself a thousand times": overlaid(),
}


def vary(server: Serving, content: bytes) -> Answer:
    """Ask for another version of a picture."""
    body = {"prompt": "a fox", "image": b64encode(content).decode(), "strength": 0.5}
    return server.send("POST", f"/model/{SD35}/invoke", json.dumps(body).encode())


def tells_nothing(answer: Answer) -> bool:
    """Whether a message names nothing of the server's inside."""
    return not [word for word in INSIDE if word in answer.json["message"]]


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_for_here_is_refused(server: Serving, content: bytes) -> None:
    """As the client's error."""
    answer = vary(server, content)
    assert (answer.status, answer.code) == (400, "ValidationException")
    assert "image" in answer.json["message"]
    assert tells_nothing(answer)


@pytest.mark.parametrize("content", TAKEN.values(), ids=TAKEN)
def test_odd_pictures_are_pictures(server: Serving, content: bytes) -> None:
    """Their first frame, upright, as eight bits of red, green and blue."""
    answer = vary(server, content)
    assert (answer.status, answer.json["finish_reasons"]) == (200, [None])


TEXTS = {
    "control characters": "a red\x07 apple\x1b[31m",
    "NUL": "a red\x00apple",
    "right to left": "a \u202eder\u202c apple \u05d0\u05d1",
    "emoji": "\U0001f34e \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "combining marks": "Z\u0351\u036b\u0343" * 200,
    "line ends": "a\r\nred\u2028apple",
    "code": "'; DROP TABLE bookings; -- ${jndi:ldap://here} <script>alert(1)</script> %s %n {0}",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_words_are_words(server: Serving, text: str) -> None:
    """Whatever characters they are made of: they are drawn, and reach no header, log line or query as anything else."""
    body = {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": text},
        "imageGenerationConfig": {"width": 320, "height": 320},
    }
    answer = server.send("POST", f"/model/{CANVAS}/invoke", json.dumps(body).encode())
    assert answer.status == 200


BODIES = {
    "deep arrays": b"[" * 1_000_000,
    "deep objects": b'{"a":' * 300_000,
    "a deep field": b'{"prompt": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a long number": b'{"prompt": "a", "seed": ' + b"9" * 1_000_000 + b"}",
    "half a body": b'{"prompt": "a fo',
    "bytes": bytes(range(256)) * 100,
    "UTF-16": '{"prompt": "a"}'.encode("utf-16"),
    "an unknown field of markup": b'{"prompt": "a", "<img src=x>": 1}',
    "a picture in place of words": json.dumps({"prompt": [PICTURE] * 100}).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_broken_bodies_are_the_client_s_error(server: Serving, body: bytes) -> None:
    """None of them is a defect, and none is quoted at length."""
    answer = server.send("POST", f"/model/{SD35}/invoke", body)
    assert (answer.status, answer.code) == (400, "ValidationException")
    assert len(answer.body) < 1000


@pytest.mark.parametrize("metadata", ['{"team": "\\ud800"}', '{"\\udfff": "a"}'])
def test_half_a_character_is_no_word_of_a_report(server: Serving, metadata: str) -> None:
    """What cannot be written again as it was said would spoil whatever lists it."""
    headers = SIGNED | {"X-Amzn-Bedrock-Request-Metadata": metadata}
    answer = server.send("POST", f"/model/{SD35}/invoke", b'{"prompt": "a"}', headers)
    assert (answer.status, answer.code) == (400, "ValidationException")
    assert tells_nothing(answer)


@pytest.mark.parametrize("path", ["/nowhere", "/foundation-models/none", f"/model/{SD35}/invoke"])
def test_an_error_to_head_is_a_head_alone(server: Serving, path: str) -> None:
    """What came after it would be read as the next answer."""
    connection = server.connect()
    connection.request("HEAD", path, headers=SIGNED)
    response = connection.getresponse()
    assert (response.status, response.read()) == (404, b"")
    assert response.headers["x-amzn-requestid"]
    connection.request("GET", "/foundation-models", headers=SIGNED)
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_scheme_is_read_in_any_case(server: Serving, scheme: str) -> None:
    """As HTTP says."""
    headers = {"Authorization": SIGNED["Authorization"].replace("Bearer", scheme)}
    assert server.send("GET", "/foundation-models", headers=headers).status == 200


@pytest.mark.parametrize("many", [{f"x-{number}": "y" * 100 for number in range(300)}, {"x-long": "y" * 60_000}])
def test_many_headers_are_no_defect(server: Serving, many: dict[str, str]) -> None:
    """As long as they are a head at all; longer ones are refused before, see test_connection."""
    assert server.send("GET", "/foundation-models", headers=SIGNED | many).status == 200
