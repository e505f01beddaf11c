"""Hands calls of models to the invocation log, when they have ended. Knows a call's ends; writes nothing.

What an account wants logged it says by PutModelInvocationLoggingConfiguration.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from outcrop.access.directory import Directory
from outcrop.api.identity import caller_of, request_id_of
from outcrop.api.noting import noted_of
from outcrop.api.problems import INTERNAL, code_of
from outcrop.clock import UnixTime
from outcrop.errors import OutcropError
from outcrop.ledger.tags import read_tags
from outcrop.records.invocation import Destination, Invocation
from outcrop.records.invocation_log import InvocationLog
from outcrop.store.documents import find_document

SHORT_BYTES: Final = 1_048_576
"""A body up to here may be held as long as its call."""


@final
class Exchanged:
    """A call, as far as it has come."""

    def __init__(self) -> None:
        self.body = b""
        self.response: Response | None = None

    def give_away(self) -> bytes:
        """The body, which is nobody else's from now on."""
        body, self.body = self.body, b""
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocations:
    """Takes down calls of models; does nothing where there is no log."""

    log: InvocationLog | None
    region: str
    now: UnixTime

    def body_of(self, exchanged: Exchanged, account: str) -> bytes:
        """A call's body to work on, given away where it is long and its account wants no log of it.

        May wait for the database: call it in a thread.
        """
        if len(exchanged.body) <= SHORT_BYTES or (self.log is not None and self.log.wants(account)):
            return exchanged.body
        return exchanged.give_away()

    @contextmanager
    def taken_down(self, request: Request) -> Iterator[Exchanged]:
        """Hand the call of a block to the log, however it ends."""
        exchanged = Exchanged()
        error_code: str | None = INTERNAL[1]  # as whatever is no domain error is
        try:
            yield exchanged
            error_code = None
        except OutcropError as error:
            error_code = code_of(error)
            raise
        finally:
            if self.log is not None:
                self.log.take(self._invocation(request, exchanged, error_code))

    def _invocation(self, request: Request, exchanged: Exchanged, error_code: str | None) -> Invocation:
        user = caller_of(request).user
        response = exchanged.response
        metadata = {} if error_code else read_tags(request.headers.get("X-Amzn-Bedrock-Request-Metadata", ""))
        return Invocation(
            at=self.now(),
            account=user.account_id,
            user_arn=user.arn,
            region=self.region,
            request_id=request_id_of(request),
            model=unquote(request.path_params["model_id"]),
            inference_region=noted_of(request).get("inferenceRegion"),
            error_code=error_code,
            metadata=metadata,
            input_type=request.headers.get("content-type", "application/json"),
            output_type=None if response is None else response.headers.get("content-type"),
            input=exchanged.body,
            output=b"" if response is None else bytes(response.body),
        )


def logged_at(directory: Directory) -> Callable[[str], Destination | None]:
    """Account to where it wants its calls logged, by what it has put last."""

    def destination(account: str) -> Destination | None:
        with directory.database.reading() as connection:
            document = find_document(connection, account, "invocation_logging")
        return None if document is None else read_destination(document)

    return destination


def read_destination(document: str) -> Destination | None:
    """Where a configuration that was taken puts logs; None when that is in no bucket: there is no CloudWatch here."""
    configuration = json.loads(document)
    bucket = configuration.get("s3Config")
    if bucket is None:
        return None
    return Destination(
        bucket=bucket["bucketName"],
        prefix=bucket.get("keyPrefix", ""),
        text=configuration.get("textDataDeliveryEnabled", False),
        images=configuration.get("imageDataDeliveryEnabled", False),
    )
