"""Who may see whose figures: the policies that come along, and some of one's own, against a real server."""

import json
from collections.abc import Iterator

import pytest

from outcrop.access.user_policies import put_managed_policy, put_user_policy
from outcrop.api.rest.contract import Operation, contract
from outcrop.api.rest.front import FREE
from outcrop.catalog.load import Catalog
from outcrop.store.accounts import Account, User, add_account, add_user
from outcrop.store.policies import policies_of, remove_policy
from tests.serving import ACCOUNT, REGION, TESTER, Serving, serving

OTHER = "999988887777"
WHO = f"User: arn:aws:iam::{ACCOUNT}:user/tester is not authorized to perform: "
BEARER = {"Effect": "Allow", "Action": "bedrock:CallWithBearerToken", "Resource": "*"}
"""What every bearer key needs, whatever it is shown for."""

PLACES = ["?user=tester", "?user=alice", "", "?account=other", "?account=other&user=tester", "?account=all"]
"""Oneself, another of one's account, one's account, another account, its user of one's own name, everybody."""


def allow(resource: str, action: str = "outcrop:GetCosts") -> dict[str, object]:
    """A statement that allows an action on something."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def arn(name: str, account: str = ACCOUNT) -> str:
    """Something of Outcrop's."""
    return f"arn:aws:outcrop:{REGION}:{account}:{name}"


TABLE: list[tuple[str | list[dict[str, object]], str]] = [
    ("OutcropFullAccess", "yes yes yes yes yes yes"),
    ("OutcropAccountReadOnly", "yes yes yes no no no"),
    ("OutcropOwnUse", "yes no no no no no"),
    ("BedrockFullAccess", "no no no no no no"),
    ("BedrockReadOnly", "no no no no no no"),
    ([allow("*")], "yes yes yes yes yes yes"),
    ([allow("*", "*")], "yes yes yes yes yes yes"),
    ([allow("*", "bedrock:*")], "no no no no no no"),
    ([allow("*", "outcrop:List*")], "no no no no no no"),
    ([allow(arn("account"))], "no no yes no no no"),
    ([allow(arn("user/*"))], "yes yes no no no no"),
    ([allow(arn("user/tester"))], "yes no no no no no"),
    ([allow(arn("user/tester", "*"))], "yes no no no yes no"),
    ([allow(arn("*", OTHER))], "no no no yes yes no"),
    ([allow(arn("installation", ""))], "no no no no no yes"),
    ([allow("*"), allow(arn("user/alice")) | {"Effect": "Deny"}], "yes no yes yes yes yes"),
    ([allow("*"), allow("*") | {"Effect": "Deny"}], "no no no no no no"),
    (
        [allow("*") | {"Condition": {"StringEquals": {"aws:ResourceAccount": OTHER}}}],
        "no no no yes yes no",
    ),
    (
        [allow("*") | {"Condition": {"StringNotEquals": {"aws:ResourceAccount": ACCOUNT}}}],
        "no no no yes yes yes",
    ),
    ([allow("*") | {"Condition": {"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}}], "no no no no no no"),
]
"""Policies to whether they let their user see the costs of each of the places."""


NAMES = {
    "model": "core",
    "name": "alice",
    "month": "2026-11",
    "key": "AKIATESTTESTTESTTEST",
    "asset": "0000000000000000",
    "job": "000000000000",
    "set": "0000000000000000",
    "message": "00000000-0000-4000-8000-000000000000",
    "comparison": "0000000000000000",
    "ballot": "0000000000000000",
    "pair": "1",
    "side": "left",
}
"""What stands in paths."""

BODIES: dict[str, dict[str, object]] = {
    "GetQuote": {"model": "core", "body": {"prompt": "a fox"}},
    "CreateCreditPool": {"name": "spring", "amount": "1"},
    "PutBudget": {"scope": "all", "period": "day", "limit": "1"},
    "CreateUser": {"name": "bob"},
    "CreateKey": {"user": "alice", "kind": "bearer"},
    "ChangeAsset": {"name": "hero"},
    "ArchiveAssets": {"assets": ["0000000000000000"]},
    "LinkAsset": {"expiresInSeconds": 60},
    "PutAssetRetention": {"rules": []},
}
"""Operations that take a body, to one, where the contract has no example of it."""
QUERIES = {"GetEvents": "?jobs=000000000000"}
"""Operations that make no sense without a parameter, to it."""


def a_body(operation: Operation) -> object:
    """One that an operation takes."""
    if operation.id in BODIES:
        return BODIES[operation.id]
    document = contract().document
    asked = document["paths"][operation.path][operation.method.lower()]
    name = asked["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return document["components"]["schemas"][name]["examples"][0]


@pytest.fixture(scope="module")
def guarded(catalog: Catalog) -> Iterator[Serving]:
    """A server with two accounts, whose policies change."""
    with serving(catalog) as running:
        with running.directory.database.writing() as connection:
            add_account(connection, Account(id=OTHER, name="other", created_at=0))
            add_user(connection, User(id="AIDAALICE", account_id=ACCOUNT, name="alice", created_at=0))
        yield running


def only(server: Serving, policy: str | list[dict[str, object]]) -> None:
    """Leave the user this policy, and what a bearer key needs."""
    with server.directory.database.writing() as connection:
        for row in policies_of(connection, TESTER.id):
            remove_policy(connection, TESTER.id, row.name)
        documents = [[BEARER]] if isinstance(policy, str) else [[BEARER], policy]
        if isinstance(policy, str):
            put_managed_policy(server.directory, connection, TESTER, policy)
        for index, statements in enumerate(documents):
            text = json.dumps({"Version": "2012-10-17", "Statement": statements})
            put_user_policy(server.directory, connection, TESTER, f"p{index}", text)


@pytest.mark.parametrize(("policy", "answers"), TABLE, ids=lambda value: str(value)[:60])
def test_who_may_see_whose_costs(guarded: Serving, policy: str | list[dict[str, object]], answers: str) -> None:
    """Each policy at each place."""
    only(guarded, policy)
    statuses = [guarded.send("GET", f"/v1/costs{place}").status for place in PLACES]
    assert statuses == [200 if answer == "yes" else 403 for answer in answers.split()]


@pytest.mark.parametrize(
    "operation", [each for each in contract().operations if each.id not in FREE], ids=lambda each: each.id
)
def test_every_operation_asks(guarded: Serving, operation: Operation) -> None:
    """Without its action none is answered."""
    only(guarded, [allow("*") | {"Action": "outcrop:*"}, allow("*", f"outcrop:{operation.id}") | {"Effect": "Deny"}])
    path = operation.path
    for name, value in NAMES.items():
        path = path.replace(f"{{{name}}}", value)
    body = json.dumps(a_body(operation)).encode() if operation.body is not None else None
    answer = guarded.send(operation.method, path + QUERIES.get(operation.id, ""), body)
    assert (answer.status, answer.json["code"]) == (403, "Denied")
    assert f"not authorized to perform: outcrop:{operation.id}" in answer.json["detail"]


def test_a_refusal_has_aws_s_words(guarded: Serving) -> None:
    """User, action and resource, which is all that a new statement needs."""
    only(guarded, "BedrockFullAccess")
    answer = guarded.send("GET", "/v1/costs?account=all").json
    assert (answer["status"], answer["code"]) == (403, "Denied")
    assert answer["detail"] == (
        f"{WHO}outcrop:GetCosts on resource: arn:aws:outcrop:{REGION}::installation "
        "because no identity-based policy allows the outcrop:GetCosts action"
    )


def test_which_accounts_there_are_is_not_told_to_everybody(guarded: Serving) -> None:
    """Who may see one account hears the same of another and of none."""
    only(guarded, "OutcropAccountReadOnly")
    answers = [guarded.send("GET", f"/v1/costs?account={name}").json for name in ("other", "nobody")]
    assert [answer["status"] for answer in answers] == [403, 403]
    only(guarded, "OutcropFullAccess")
    assert guarded.send("GET", "/v1/costs?account=nobody").status == 404


def test_a_bearer_key_needs_its_own_permission(guarded: Serving) -> None:
    """As with every other call."""
    with guarded.directory.database.writing() as connection:
        for row in policies_of(connection, TESTER.id):
            remove_policy(connection, TESTER.id, row.name)
        put_managed_policy(guarded.directory, connection, TESTER, "OutcropFullAccess")
    assert "bedrock:CallWithBearerToken" in guarded.send("GET", "/v1/models").json["detail"]
