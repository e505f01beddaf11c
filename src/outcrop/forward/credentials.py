"""The operator's credentials for AWS, by AWS's usual chain, and signatures made with them. Knows no model.

Stands on botocore, so that variables, profiles, single sign-on, containers and instances are found as every AWS
program finds them. Everything here may wait for a disk or a network: call it in a thread.
"""

from collections.abc import Mapping
from typing import Any, final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from outcrop.errors import BadSettings, Unavailable

SERVICE = "bedrock"


@final
class Signer:
    """Signs requests to Bedrock in a region."""

    def __init__(self, credentials: Any, region: str) -> None:  # noqa: ANN401 - botocore has no types
        self._credentials = credentials
        self._region = region

    def signed(self, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """The headers of a POST with those that sign it.

        Raises: Unavailable when the credentials have ended and no others can be had.
        """
        request = AWSRequest(method="POST", url=url, data=body, headers=dict(headers))
        try:
            SigV4Auth(self._credentials.get_frozen_credentials(), SERVICE, self._region).add_auth(request)
        except BotoCoreError as error:
            raise Unavailable("This server's credentials for Amazon Bedrock cannot be renewed.") from error
        return dict(request.headers.items())


def open_signer(profile: str | None, region: str) -> Signer:
    """Find the operator's credentials; `profile` names one of AWS's configuration files, None takes the chain's.

    Raises: BadSettings when there are none.
    """
    try:
        credentials = Session(profile=profile).get_credentials()
    except BotoCoreError as error:
        raise BadSettings(f"The credentials for Amazon Bedrock cannot be read: {error}") from None
    if credentials is None:
        raise BadSettings(
            "Models are set to run on Amazon Bedrock, and there are no credentials for it; set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or name a profile of AWS's configuration files in `bedrock_profile`."
        )
    return Signer(credentials, region)
