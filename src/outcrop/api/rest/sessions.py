"""Sign in, sign out: how a person with a browser becomes a caller. Knows keys and links; knows no page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from outcrop.access.directory import Directory
from outcrop.access.keys import find_key
from outcrop.access.sessions import WRONG, Session, begin, seal, sign_in
from outcrop.access.sign_in_links import SPENT, SignInLinks
from outcrop.access.standing import read_standing
from outcrop.api.identity import Caller, caller_of, is_private, is_this_machine, peer_of
from outcrop.api.rest.asking import Asked
from outcrop.api.session_cookie import check_origin, clear_cookie, set_cookie
from outcrop.clock import moment_of
from outcrop.errors import Denied, NoSuchResource, UnknownKey
from outcrop.store.access_keys import AccessKey
from outcrop.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """The sessions of people, over what is kept of who may call."""

    directory: Directory
    links: SignInLinks | None

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"CreateSession": self.create, "GetSession": self.get, "DeleteSession": self.delete}

    def create(self, asked: Asked) -> Response:
        """CreateSession: for whoever shows a key with its secret, or a link that is still good.

        Raises: Denied when the secret has travelled in the clear, or another origin's page asks; UnknownKey or
        ExpiredKey when the key opens nothing.
        """
        request, token = asked.request, asked.body.get("sessionToken")
        if not is_private(request):
            raise Denied("Signing in without TLS sends the secret in the clear; open the studio over https.")
        check_origin(request)
        standing = read_standing(self.directory, lambda connection: self._key(connection, asked))
        key = standing.key
        assert isinstance(key, AccessKey)
        if key.this_machine_only and not is_this_machine(peer_of(request)):
            raise UnknownKey(WRONG)
        session = begin(self.directory, key, token)
        # From here on it is known who asks: the audit trail says so.
        request.state.caller = Caller(scheme="session", standing=standing, session=session)
        response = _shown(request, session, 201)
        set_cookie(response, request, seal(self.directory, session), session.expires_at - int(self.directory.now()))
        return response

    def get(self, asked: Asked) -> Response:
        """GetSession: the one that the cookie shows.

        Raises: NoSuchResource when the caller has come with a key instead.
        """
        session = asked.caller.session
        if session is None:
            raise NoSuchResource("There is no session: this call has shown a key, not the cookie of one.")
        return _shown(asked.request, session, 200)

    def delete(self, asked: Asked) -> Response:
        """DeleteSession: the browser forgets it."""
        response = Response(status_code=204)
        clear_cookie(response, asked.request)
        return response

    def _key(self, connection: Connection, asked: Asked) -> AccessKey:
        body = asked.body
        if "link" not in body:
            token = body.get("sessionToken")
            return sign_in(self.directory, connection, body["accessKeyId"], body["secretAccessKey"], token)
        if self.links is None or not is_this_machine(peer_of(asked.request)):
            raise UnknownKey(SPENT)
        return find_key(self.directory, connection, self.links.redeem(body["link"]), None)


def _shown(request: Request, session: Session, status: int) -> JSONResponse:
    """A session as its page needs to know it; never to be kept by anything on the way."""
    members = {
        "user": caller_of(request).user.name,
        "csrf": session.csrf,
        "expiresAt": moment_of(session.expires_at),
    }
    return JSONResponse(members, status_code=status, headers={"Cache-Control": "no-store"})
