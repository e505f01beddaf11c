"""Access to models over the REST: granted to an account, and withdrawn. Knows grants; knows no offer and no price."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from outcrop.access.directory import Directory
from outcrop.access.model_access import grant, has_model_access, withdraw
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.whose import Whose, account_id_of
from outcrop.catalog.load import Catalog
from outcrop.store.model_access import grants_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAccess:
    """Which models accounts may use."""

    catalog: Catalog
    directory: Directory
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"GrantModelAccess": self.grant, "WithdrawModelAccess": self.withdraw}

    def grant(self, asked: Asked) -> Response:
        """GrantModelAccess: the account may use the model from now on; where it may already, nothing changes.

        Raises: Denied; NoSuchModel; NoSuchResource when there is no such account.
        """
        account, card = self._account(asked), self.catalog.model_named(asked.parameters["model"])
        with self.directory.database.reading() as connection:
            has = has_model_access(grants_of(connection, account), self.region, card.id)
        if not has:
            grant(self.directory, account, self.region, card.id)
        return Response(status_code=204)

    def withdraw(self, asked: Asked) -> Response:
        """WithdrawModelAccess: the account may not use the model any more, however it was granted.

        Raises: Denied; NoSuchModel; NoSuchResource when there is no such account.
        """
        account, card = self._account(asked), self.catalog.model_named(asked.parameters["model"])
        withdraw(self.directory, account, self.region, card.id, self.catalog.models)
        return Response(status_code=204)

    def _account(self, asked: Asked) -> str:
        account = account_id_of(asked, asked.parameters.get("account"), self.directory.database, self.region)
        asked.require(Whose(account_id=account).arn(self.region))
        return account
