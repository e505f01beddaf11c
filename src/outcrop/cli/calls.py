"""Calls that a person can paste to get a first picture from a running server. Knows clients; starts nothing."""

from outcrop.access.bearer import MAX_LIFE_S, short_term_key
from outcrop.access.keys import NewKey
from outcrop.units import ModelId

PYTHON = """import base64, boto3, json

bedrock = boto3.client(
    "bedrock-runtime", endpoint_url="{url}", region_name="{region}",{python_key}
)
answer = bedrock.invoke_model(modelId="{model}", body=json.dumps({{"prompt": "a red apple"}}))
with open("apple.png", "wb") as file:
    file.write(base64.b64decode(json.load(answer["body"])["images"][0]))
"""

# Not curl's --aws-sigv4: widespread versions sign the path unencoded, which no model id with a colon survives.
CURL = """curl --silent --show-error --header "authorization: Bearer {token}" \\
    --header 'content-type: application/json' --data '{{"prompt": "a red apple"}}' \\
    '{url}/model/{model}/invoke' \\
  | python3 -c '{unpack}' > apple.png
"""

AWS_CLI = """printf '{{"prompt": "a red apple"}}' > request.json
{shell_key}aws bedrock-runtime invoke-model \\
    --endpoint-url {url} --region {region} --model-id {model} --body fileb://request.json answer.json
python3 -c '{unpack}' < answer.json > apple.png
"""

UNPACK = 'import base64, json, sys; sys.stdout.buffer.write(base64.b64decode(json.load(sys.stdin)["images"][0]))'
"""Python that turns an answer into the file of its first picture."""


def ready_calls(url: str, region: str, model: ModelId, key: NewKey | None, now: float) -> str:
    """The same first picture by boto3, curl and the AWS CLI, each under a heading.

    Without a key to show, they take the caller's own from the environment. Units: `now` in seconds since 1970.
    """
    python_key = shell_key = ""
    shown = "$AWS_BEARER_TOKEN_BEDROCK"
    if key is not None:
        python_key = f'\n    aws_access_key_id="{key.id}", aws_secret_access_key="{key.secret}",'
        shell_key = " \\\n  ".join(key.lines()) + " \\\n  "
        shown = short_term_key(key.id, key.secret, region, now=now, lasts_s=MAX_LIFE_S)
    blanks = {"url": url, "region": region, "model": model, "unpack": UNPACK}
    blanks |= {"python_key": python_key, "shell_key": shell_key, "token": shown}
    sections = (("boto3", PYTHON), ("curl", CURL), ("AWS CLI", AWS_CLI))
    return "\n".join(f"# {heading}\n{text.format(**blanks)}" for heading, text in sections)
