"""Moto's S3 in a process of its own, as a peer that checks signatures. Knows its port and one key to it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import boto3

from outcrop.assets.s3 import S3Account

REGION = "us-west-2"
PROGRAM = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server:
    """A server that is running, and a key that opens everything there."""

    url: str
    key_id: str
    secret: str

    @property
    def account(self) -> S3Account:
        """It as the code under test is told of it."""
        return S3Account(endpoint=self.url, region=REGION, key_id=self.key_id, secret=self.secret)

    def client(self, service: str = "s3") -> Any:  # noqa: ANN401 - boto3 has no types
        """A boto3 client with that key; close it."""
        session = boto3.Session(aws_access_key_id=self.key_id, aws_secret_access_key=self.secret, region_name=REGION)
        return session.client(service, endpoint_url=self.url)

    def make_bucket(self, name: str) -> None:
        """Make a bucket."""
        client = self.client()
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        client.close()


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run one for as long as the block lasts."""
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            port = int(process.stdout.readline())
            yield _with_a_key(port)
        finally:
            process.stdin.close()


def _with_a_key(port: int) -> S3Server:
    """Make a user and a key, then have every signature checked from here on."""
    open_to_all = S3Server(url=f"http://127.0.0.1:{port}", key_id="any", secret="any")
    iam = open_to_all.client("iam")
    iam.create_user(UserName="outcrop")
    iam.put_user_policy(UserName="outcrop", PolicyName="all", PolicyDocument=POLICY)
    key = iam.create_access_key(UserName="outcrop")["AccessKey"]
    iam.close()
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/moto-api/reset-auth", "0")
    assert connection.getresponse().status == 200
    connection.close()
    return S3Server(url=open_to_all.url, key_id=key["AccessKeyId"], secret=key["SecretAccessKey"])
