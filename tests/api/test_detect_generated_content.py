"""DetectGeneratedContent as AWS's programs of its preview call it: by boto3, which is given the operation's model."""

import json
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import boto3
import botocore.session
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from PIL import Image

from outcrop.provenance.fingerprint import fingerprint
from outcrop.provenance.payload import payload_of
from outcrop.provenance.watermark import Watermark
from tests.conftest import CORE, TITAN, TITAN_1
from tests.marking import KEY, NOW
from tests.provenance.scenes import cloudy
from tests.serving import ACCOUNT, KEY_ID, REGION, SECRET, Serving

EXTRAS = Path(__file__).parents[2] / "examples" / "models"


@pytest.fixture(scope="module")
def preview(server: Serving) -> Iterator[BaseClient]:
    """boto3's client with the operation, as AWS_DATA_PATH gives it."""
    own = botocore.session.get_session()
    own.get_component("data_loader").search_paths.insert(0, str(EXTRAS))
    session = boto3.Session(
        aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET, region_name=REGION, botocore_session=own
    )
    made = session.client("bedrock-runtime", endpoint_url=server.url)
    yield made
    made.close()


def saved(image: Image.Image, kind: str = "PNG") -> bytes:
    """A picture as a file."""
    file = BytesIO()
    image.save(file, kind, quality=80)
    return file.getvalue()


def detected(preview: BaseClient, file: bytes, model: str = TITAN_1) -> tuple[str, str]:
    """What it says of a file, and how sure it is."""
    answer = preview.detect_generated_content(foundationModelId=model, content={"imageContent": {"bytes": file}})
    return answer["detectionResult"], answer["confidenceLevel"]


def marked(seed: int) -> Image.Image:
    """A picture with a mark."""
    scene = cloudy(800, 656, seed)
    return Watermark(KEY).embed(scene.copy(), payload_of(ACCOUNT, NOW, fingerprint(scene)))


def test_what_titan_draws_is_generated(preview: BaseClient) -> None:
    """Also when it was saved anew, whichever Titan is asked about, by its id or its ARN."""
    body = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a fox"}, "imageGenerationConfig": {"seed": 5}}
    answer = preview.invoke_model(modelId=TITAN, body=json.dumps(body))
    file = b64decode(json.loads(answer["body"].read())["images"][0])
    assert detected(preview, file) == ("GENERATED", "HIGH")
    arn = f"arn:aws:bedrock:{REGION}::foundation-model/{TITAN}"
    assert detected(preview, saved(Image.open(BytesIO(file)), "JPEG"), arn) == ("GENERATED", "HIGH")


def test_how_sure_it_is(preview: BaseClient) -> None:
    """Less of a part, least of a mark that was made for another picture; nothing of what has none, or is too small."""
    image = marked(31)
    assert detected(preview, saved(image)) == ("GENERATED", "HIGH")
    assert detected(preview, saved(image.crop((0, 0, 520, 440)))) == ("GENERATED", "MEDIUM")
    scene = cloudy(800, 656, 32)
    copied = Watermark(KEY).embed(scene.copy(), payload_of(ACCOUNT, NOW, ~fingerprint(scene) & (2**64 - 1)))
    assert detected(preview, saved(copied)) == ("GENERATED", "LOW")
    assert detected(preview, saved(cloudy(640, 512, 33))) == ("NOT_GENERATED", "MEDIUM")
    assert detected(preview, saved(cloudy(300, 300, 34))) == ("NOT_GENERATED", "LOW")


def test_what_cannot_be_detected_is_refused(preview: BaseClient, server: Serving) -> None:
    """What is no picture, a model that marks none, one that there is not, and a body of another form."""
    file = saved(cloudy(64, 64, 35))
    with pytest.raises(ClientError, match="cannot be read as a picture"):
        detected(preview, b"no picture")
    with pytest.raises(ClientError, match="not marked here"):
        detected(preview, file, CORE)
    with pytest.raises(ClientError, match="model identifier is invalid"):
        detected(preview, file, "amazon.no-such-model")
    body = json.dumps({"foundationModelId": TITAN, "content": {}}).encode()
    assert "content.imageContent" in server.send("POST", "/detectGeneratedContent", body).json["message"]
