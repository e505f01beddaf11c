"""Calls that a person can paste to get a first picture from a running server. Knows clients; starts nothing."""

from outcrop.units import ModelId

PYTHON = """import base64, boto3, json

bedrock = boto3.client(
    "bedrock-runtime", endpoint_url="{url}", region_name="{region}",
    aws_access_key_id="any", aws_secret_access_key="any",
)
answer = bedrock.invoke_model(modelId="{model}", body=json.dumps({{"prompt": "a red apple"}}))
with open("apple.png", "wb") as file:
    file.write(base64.b64decode(json.load(answer["body"])["images"][0]))
"""

CURL = """curl --silent --show-error --aws-sigv4 aws:amz:{region}:bedrock --user any:any \\
    --header 'content-type: application/json' --data '{{"prompt": "a red apple"}}' \\
    '{url}/model/{model}/invoke' \\
  | python3 -c '{unpack}' > apple.png
"""

AWS_CLI = """printf '{{"prompt": "a red apple"}}' > request.json
AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any aws bedrock-runtime invoke-model \\
    --endpoint-url {url} --region {region} --model-id {model} --body fileb://request.json answer.json
python3 -c '{unpack}' < answer.json > apple.png
"""

UNPACK = 'import base64, json, sys; sys.stdout.buffer.write(base64.b64decode(json.load(sys.stdin)["images"][0]))'
"""Python that turns an answer into the file of its first picture."""


def ready_calls(url: str, region: str, model: ModelId) -> str:
    """The same first picture by boto3, curl and the AWS CLI, each under a heading."""
    sections = (("boto3", PYTHON), ("curl (7.75 or newer)", CURL), ("AWS CLI", AWS_CLI))
    return "\n".join(
        f"# {heading}\n{text.format(url=url, region=region, model=model, unpack=UNPACK)}" for heading, text in sections
    )
