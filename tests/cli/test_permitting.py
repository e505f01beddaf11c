"""`outcrop policies` on a directory in a folder of its own: put, listed, tried out, taken away."""

from pathlib import Path

import pytest

from outcrop.cli import people, permitting
from outcrop.errors import Denied, InvalidRequest, MalformedPolicy, NoSuchModel, NoSuchOperation, NoSuchResource
from outcrop.settings import Settings

Output = pytest.CaptureFixture[str]

AT_HOME = """{"Version": "2012-10-17", "Statement": {"Sid": "AtHome", "Effect": "Allow", "Action": "bedrock:*",
"Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}}}"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings whose home has an account `studio` with a user."""
    settings = Settings(home=tmp_path)
    people.add(settings, "alice", "studio")
    return settings


def tried(
    home: Settings, operation: str = "InvokeModel", model: str | None = "core", address: str = "127.0.0.1"
) -> None:
    """Try out a call of the user."""
    permitting.try_out(home, "alice", None, operation, model=model, address=address)


def test_a_new_user_has_two_policies(home: Settings, capsys: Output) -> None:
    """Which the list shows, and of which that of Bedrock decides."""
    capsys.readouterr()
    permitting.show_policies(home)
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.split()[:1] == ["alice"]]
    assert [line[2] for line in lines] == ["BedrockFullAccess", "OutcropOwnUse"]
    tried(home)
    assert capsys.readouterr().out == (
        "bedrock:InvokeModel on arn:aws:bedrock:us-west-2::foundation-model/stability.stable-image-core-v1:1 "
        "is allowed: BedrockFullAccess, Statement[0] (Everything).\n"
    )


def test_full_access_is_narrowed_to_one_model(home: Settings, capsys: Output) -> None:
    """By putting a policy that Outcrop comes with and taking the first away, in that order."""
    permitting.add(home, "alice", None, "BedrockOneImageModel", None)
    assert (
        "All of theirs hold together: BedrockFullAccess, BedrockOneImageModel, OutcropOwnUse."
        in capsys.readouterr().out
    )
    permitting.remove(home, "alice", None, "BedrockFullAccess")
    tried(home)
    with pytest.raises(Denied, match="because no identity-based policy allows the bedrock:InvokeModel action"):
        tried(home, model="ultra")
    permitting.remove(home, "alice", None, "BedrockOneImageModel")
    permitting.remove(home, "alice", None, "OutcropOwnUse")
    assert "They have none left and may do nothing." in capsys.readouterr().out


def test_a_policy_of_one_s_own(home: Settings, tmp_path: Path, capsys: Output) -> None:
    """From a file, put twice, with a condition that is tried out."""
    file = tmp_path / "home.json"
    file.write_text(AT_HOME, encoding="utf-8")
    permitting.add(home, "alice", "studio", "home", file)
    permitting.remove(home, "alice", None, "BedrockFullAccess")
    permitting.add(home, "alice", "studio", "home", file)
    assert "User alice has the policy home, in place of the one before." in capsys.readouterr().out
    tried(home, "ListFoundationModels", None)
    with pytest.raises(Denied):
        tried(home, "ListFoundationModels", None, "203.0.113.7")


def test_what_there_is_not_is_refused(home: Settings, tmp_path: Path) -> None:
    """Users, policies, operations, models, and files that hold none."""
    file = tmp_path / "broken.json"
    file.write_text('{"Statement": []}', encoding="utf-8")
    with pytest.raises(MalformedPolicy, match="Statement: is an empty list"):
        permitting.add(home, "alice", None, "broken", file)
    file.write_bytes(b"\xff")
    with pytest.raises(InvalidRequest, match="not written in UTF-8"):
        permitting.add(home, "alice", None, "broken", file)
    file.write_bytes(b" " * 600_000)
    with pytest.raises(InvalidRequest, match="600000 bytes long"):
        permitting.add(home, "alice", None, "broken", file)
    with pytest.raises(NoSuchResource, match="BedrockReadOnly"):
        permitting.add(home, "alice", None, "AdministratorAccess", None)
    with pytest.raises(InvalidRequest, match="no user 'bob'"):
        permitting.add(home, "bob", None, "BedrockReadOnly", None)
    with pytest.raises(InvalidRequest, match="has no policy 'x'"):
        permitting.remove(home, "alice", None, "x")
    with pytest.raises(InvalidRequest, match="name a model with --model"):
        tried(home, model=None)
    with pytest.raises(NoSuchModel):
        tried(home, model="no-such-model")
    with pytest.raises(NoSuchOperation):
        tried(home, "DrawMeASheep")
