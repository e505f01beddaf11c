"""What accounts want done about pictures that may be explicit, over the REST. Knows policies; looks at no picture."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from starlette.responses import JSONResponse, Response

from outcrop.api.noting import note
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.whose import Whose, account_id_of
from outcrop.jobs.looking import DOCUMENT
from outcrop.safety.pictures import USUAL_PICTURES, PicturePolicy, read_picture_policy
from outcrop.store.database import Database
from outcrop.store.documents import find_document, put_document, remove_document


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePolicies:
    """Policies for pictures, one an account."""

    database: Database
    region: str
    looks: bool
    """Whether this server has anybody look at pictures: without, policies are kept and change nothing."""

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "GetPicturePolicy": self.get,
            "PutPicturePolicy": self.put,
            "DeletePicturePolicy": self.delete,
        }

    def get(self, asked: Asked) -> Response:
        """GetPicturePolicy: what an account wants held back, or what is usual where it has said nothing.

        Raises: Denied; NoSuchResource when there is no such account.
        """
        account = self._account(asked)
        with self.database.reading() as connection:
            document = find_document(connection, account, DOCUMENT)
        if document is None:
            return self._described(USUAL_PICTURES, own=False)
        return self._described(read_picture_policy(document), own=True)

    def put(self, asked: Asked) -> Response:
        """PutPicturePolicy: in place of the one there was; it holds from the next request on.

        Raises: Denied; NoSuchResource when there is no such account.
        """
        account = self._account(asked)
        policy = read_picture_policy(json.dumps(asked.body))
        with self.database.writing() as connection:
            put_document(connection, account, DOCUMENT, json.dumps(asdict(policy)))
        note(asked.request, {"account": account, "policy": asdict(policy)})
        return self._described(policy, own=True)

    def delete(self, asked: Asked) -> Response:
        """DeletePicturePolicy: what is usual holds again.

        Raises: Denied; NoSuchResource when there is no such account.
        """
        account = self._account(asked)
        with self.database.writing() as connection:
            remove_document(connection, account, DOCUMENT)
        note(asked.request, {"account": account})
        return Response(status_code=204)

    def _described(self, policy: PicturePolicy, *, own: bool) -> Response:
        return JSONResponse({**asdict(policy), "own": own, "inForce": self.looks})

    def _account(self, asked: Asked) -> str:
        account = account_id_of(asked, asked.parameters.get("account"), self.database, self.region)
        asked.require(Whose(account_id=account).arn(self.region))
        return account
