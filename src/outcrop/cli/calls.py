"""Calls that a person can paste to get a first picture from a running server. Knows clients; starts nothing."""

from dataclasses import dataclass

from outcrop.access.bearer import MAX_LIFE_S, short_term_key
from outcrop.access.keys import NewKey
from outcrop.cli.tls import Tls
from outcrop.units import ModelId

PYTHON = """import base64, boto3, json

bedrock = boto3.client(
    "bedrock-runtime", endpoint_url="{url}", region_name="{region}",{python_key}{python_trust}
)
answer = bedrock.invoke_model(modelId="{model}", body=json.dumps({{"prompt": "a red apple"}}))
with open("apple.png", "wb") as file:
    file.write(base64.b64decode(json.load(answer["body"])["images"][0]))
"""

# Not curl's --aws-sigv4: widespread versions sign the path unencoded, which no model id with a colon survives.
CURL = """curl --silent --show-error {curl_trust}--header "authorization: Bearer {token}" \\
    --header 'content-type: application/json' --data '{{"prompt": "a red apple"}}' \\
    '{url}/model/{model}/invoke' \\
  | python3 -c '{unpack}' > apple.png
"""

AWS_CLI = """printf '{{"prompt": "a red apple"}}' > request.json
{shell}aws bedrock-runtime invoke-model \\
    --endpoint-url {url} --region {region} --model-id {model} --body fileb://request.json answer.json
python3 -c '{unpack}' < answer.json > apple.png
"""

UNPACK = 'import base64, json, sys; sys.stdout.buffer.write(base64.b64decode(json.load(sys.stdin)["images"][0]))'
"""Python that turns an answer into the file of its first picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Where a running server is, and what a client must know to reach it."""

    url: str
    region: str
    tls: Tls | None = None

    def trust_lines(self) -> list[str]:
        """The variable that makes every AWS client trust the server's own certificate, where it has one."""
        if self.tls is None or self.tls.authority is None:
            return []
        return [f"AWS_CA_BUNDLE={self.tls.authority}"]


def ready_calls(reached: Reached, model: ModelId, key: NewKey | None, now: float) -> str:
    """The same first picture by boto3, curl and the AWS CLI, each under a heading.

    Without a key to show, they take the caller's own from the environment. Units: `now` in seconds since 1970.
    """
    authority = reached.tls.authority if reached.tls else None
    shown = "$AWS_BEARER_TOKEN_BEDROCK"
    if key is not None:
        shown = short_term_key(key.id, key.secret, reached.region, now=now, lasts_s=MAX_LIFE_S)
    variables = [*(key.lines() if key else []), *reached.trust_lines()]
    blanks = {
        "url": reached.url,
        "region": reached.region,
        "model": model,
        "unpack": UNPACK,
        "python_key": f'\n    aws_access_key_id="{key.id}", aws_secret_access_key="{key.secret}",' if key else "",
        "python_trust": f'\n    verify="{authority}",' if authority else "",
        "curl_trust": f"--cacert {authority} " if authority else "",
        "token": shown,
        "shell": "".join(f"{line} \\\n  " for line in variables),
    }
    sections = (("boto3", PYTHON), ("curl", CURL), ("AWS CLI", AWS_CLI))
    return "\n".join(f"# {heading}\n{text.format(**blanks)}" for heading, text in sections)
