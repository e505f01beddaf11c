"""Who asks, and what they may: so that a program shows what can be done, and no more. Knows no resource's figures."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from starlette.responses import JSONResponse, Response

from outcrop.access.bedrock_calls import outcrop_action_tables
from outcrop.access.directory import Directory
from outcrop.access.extent import Reach, reach_of
from outcrop.api.rest.asking import Asked
from outcrop.errors import Denied
from outcrop.store.accounts import find_account

Object = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """Who asks, over what is kept of who may."""

    directory: Directory
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"GetCaller": self.get}

    def get(self, asked: Asked) -> Response:
        """GetCaller: account, user, key and permissions; asks for none, as AWS's GetCallerIdentity does not."""
        caller = asked.caller
        with self.directory.database.reading() as connection:
            account = find_account(connection, caller.user.account_id)
        return JSONResponse(
            {
                "account": {"id": caller.user.account_id, "name": None if account is None else account.name},
                "user": {"id": caller.user.id, "name": caller.user.name, "arn": caller.user.arn},
                "key": {"id": caller.key_id, "scheme": caller.scheme},
                "region": self.region,
                "permissions": self._permissions(asked),
            }
        )

    def _permissions(self, asked: Asked) -> list[Object]:
        user = asked.caller.user
        tables = outcrop_action_tables()
        everywhere = [(operation, Reach(user="*", account="*", installation="*")) for operation in tables.on_nothing]
        somewhere = [(operation, reach_of(operation, user, self.region)) for operation in tables.on_arns]
        return [
            {"operation": operation}
            | {extent: self._may(asked, operation, arn) for extent, arn in asdict(reach).items()}
            for operation, reach in (*everywhere, *somewhere)
        ]

    def _may(self, asked: Asked, operation: str, arn: str | None) -> bool:
        if arn is None:
            return False
        try:
            asked.permission.require(asked.request, operation, arn)
        except Denied:
            return False
        return True
