"""Policy documents: what is read, what is refused and at which place, and that nothing crashes the reader."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcrop.access.policy import Effect
from outcrop.access.policy_reading import MAX_CHARS, MAX_CHARS_WITH_SPACE, read_policy
from outcrop.errors import MalformedPolicy

ALLOW: dict[str, Any] = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
NEW = "2012-10-17"


def document(**changes: object) -> str:
    """A valid policy of one statement with these elements of it replaced; None leaves one out."""
    statement = {key: value for key, value in (ALLOW | changes).items() if value is not None}
    return json.dumps({"Version": NEW, "Statement": [statement]})


def condition(operator: str, keys: object) -> str:
    """The same with a condition."""
    return document(Condition={operator: keys})


ACCEPTED = [
    (document(), "the shortest sensible policy"),
    (json.dumps({"Statement": ALLOW}), "no Version is 2008-10-17; one statement needs no list"),
    (json.dumps({"Version": "2008-10-17", "Id": "x y", "Statement": [ALLOW, ALLOW]}), "an Id; two alike"),
    (document(Sid=""), "an empty Sid"),
    (document(Sid="Letters09"), "letters and digits"),
    (document(Action=["bedrock:Get*", "S3:?utObject"]), "wildcards in actions, any case"),
    (document(Action="*"), "every action"),
    (document(Action="*:*"), "every action, in the longer form"),
    (document(Action=None, NotAction="iam:*"), "all actions but some"),
    (document(Resource=None, NotResource="arn:aws:s3:::b/*"), "all resources but some"),
    (document(Resource=["arn:aws:bedrock:*", "arn:aws-cn:bedrock:*:*:guardrail/?"]), "short and long patterns"),
    (document(Resource="arn:aws:s3:::b/${aws:username}/*"), "a variable after the fifth colon"),
    (document(Condition={}), "no condition at all"),
    (condition("StringEquals", {}), "an operator without keys"),
    (condition("NumericLessThan", {"t:k": [1, "2", 3.5]}), "numbers with and without quotes"),
    (condition("ForAnyValue:StringLikeIfExists", {"aws:TagKeys": "a*"}), "all that a name can carry"),
    (document().replace('"Allow"', '"\\u0041llow"'), "escapes are letters"),
    (" \n\t" + document(), "white space"),
]


@pytest.mark.parametrize(("text", "reason"), ACCEPTED)
def test_a_valid_document_is_read(text: str, reason: str) -> None:
    """Each line of the table, for the reason that stands in it."""
    assert read_policy(text, "test").statements, reason


def test_what_is_read_is_what_was_written() -> None:
    """Every element has its place."""
    policy = read_policy(
        json.dumps({"Version": NEW, "Id": "mine", "Statement": [ALLOW, ALLOW | {"Effect": "Deny", "Sid": "No"}]}), "p"
    )
    assert (policy.name, policy.id, policy.version) == ("p", "mine", NEW)
    assert [(each.sid, each.effect) for each in policy.statements] == [("", Effect.ALLOW), ("No", Effect.DENY)]
    assert policy.statements[0].actions.patterns == (("bedrock:invokemodel",),)


HERE = "Statement[0]"
REFUSED = [
    ("", "the document: has 0 characters", "nothing"),
    ("{", "the document: is no JSON", "no JSON"),
    ("[]", "the document: a list is not an object", "a list"),
    ("null", "the document: None is not an object", "null"),
    ("NaN", "the document: NaN is not an object", "what only some readers take for JSON"),
    ("{}", "the document: has no Statement", "nothing in it"),
    ('{"Statement": []}', "Statement: is an empty list", "no statement"),
    ('{"Statement": "x"}', "Statement: 'x' is not an object", "a text"),
    ('{"Statement": [1]}', f"{HERE}: 1 is not an object", "a number"),
    (json.dumps({"Statement": ALLOW, "Comment": ""}), "the document: 'Comment' is no element here", "unknown element"),
    (json.dumps({"statement": ALLOW}), "the document: 'statement' is no element here", "case counts in elements"),
    (json.dumps({"Version": "2012-10-18", "Statement": ALLOW}), "Version: '2012-10-18' is no version", "no such day"),
    (json.dumps({"Version": 1, "Statement": ALLOW}), "Version: 1 is no version", "a number"),
    (json.dumps({"Id": 1, "Statement": ALLOW}), "Id: 1 is not a text", "a number"),
    (document(Principal="*"), f"{HERE}: Policy document should not specify a principal", "a resource's policy"),
    (document(NotPrincipal={"AWS": "*"}), f"{HERE}: Policy document should not specify", "likewise"),
    (document(effect="Allow"), f"{HERE}: 'effect' is no element here", "unknown element"),
    (document(Sid="a b"), f"{HERE}.Sid: 'a b' has other characters", "a space"),
    (document(Sid=1), f"{HERE}.Sid: 1 is not a text", "a number"),
    (
        json.dumps({"Statement": [ALLOW | {"Sid": "A"}, ALLOW | {"Sid": "A"}]}),
        "Statement[1].Sid: 'A' is the Sid of Statement[0] already",
        "twice",
    ),
    (document(Effect=None), f"{HERE}.Effect: None is no effect", "no effect"),
    (document(Effect="allow"), f"{HERE}.Effect: 'allow' is no effect", "case counts in effects"),
    (document(Effect=["Allow"]), f"{HERE}.Effect: a list is no effect", "a list"),
    (document(Action=None), f"{HERE}: has neither Action nor NotAction", "no action"),
    (document(NotAction="a:b"), f"{HERE}: has Action and NotAction", "both"),
    (document(Action=[]), f"{HERE}.Action: is an empty list", "no action in it"),
    (document(Action=["a:b", 1]), f"{HERE}.Action[1]: 1 is not a text", "a number among them"),
    (document(Action=[["a:b"]]), f"{HERE}.Action[0]: a list is not a text", "a list in a list"),
    (document(Action="InvokeModel"), f"{HERE}.Action: 'InvokeModel' is no action", "no service"),
    (document(Action="bed*:InvokeModel"), f"{HERE}.Action: 'bed*:InvokeModel' is no action", "part of a service"),
    (document(Action="bedrock:"), f"{HERE}.Action: 'bedrock:' is no action", "no name"),
    (document(Action="bedrock:a:b"), f"{HERE}.Action: 'bedrock:a:b' is no action", "a colon too many"),
    (document(Action="bedrock:${aws:username}"), f"{HERE}.Action:", "actions have no variables"),
    (document(NotAction=True, Action=None), f"{HERE}.NotAction: True is not a text", "a boolean"),
    (document(Resource=None), f"{HERE}: has neither Resource nor NotResource", "no resource"),
    (document(NotResource="*"), f"{HERE}: has Resource and NotResource", "both"),
    (document(Resource=[]), f"{HERE}.Resource: is an empty list", "no resource in it"),
    (document(Resource="bucket"), f"{HERE}.Resource: 'bucket' is no ARN", "a name"),
    (document(Resource="arn:aws:bedrock"), f"{HERE}.Resource: 'arn:aws:bedrock' is no ARN", "an ARN cut short"),
    (document(Resource="arn:*"), f"{HERE}.Resource: 'arn:*' is no ARN", "cut shorter"),
    (document(Resource="arn:aws:*"), f"{HERE}.Resource: 'arn:aws:*' is no ARN", "no service"),
    (document(Resource="arn:aws:*:::x"), f"{HERE}.Resource: '*' is no service", "any service"),
    (document(Resource="arn:gcp:x:::y"), f"{HERE}.Resource: 'gcp' is no partition", "another cloud"),
    (document(Resource="arn:aws:s3:::${aws:username"), f"{HERE}.Resource: a variable is opened", "not closed"),
    (document(Resource="arn:aws:s3:::${x}"), f"{HERE}.Resource: ${{x}} names no variable", "no such variable"),
    (
        document(Resource="arn:aws:s3:${aws:RequestedRegion}::b"),
        f"{HERE}.Resource: 'arn:aws:s3:${{aws:RequestedRegion}}::b' has a variable before the fifth colon",
        "too early",
    ),
    (document(Condition=[]), f"{HERE}.Condition: a list is not an object", "a list"),
    (condition("StringIs", {}), f"{HERE}.Condition: Invalid Condition type : 'StringIs'", "no such operator"),
    (condition("stringEquals", {}), f"{HERE}.Condition: Invalid Condition type", "case counts in operators"),
    (condition("ForSomeValue:StringEquals", {}), f"{HERE}.Condition: Invalid Condition type", "no such quantifier"),
    (condition("NullIfExists", {}), f"{HERE}.Condition: 'NullIfExists': Null stands alone", "it asks that already"),
    (condition("ForAllValues:Null", {}), f"{HERE}.Condition: 'ForAllValues:Null': Null stands alone", "likewise"),
    (condition("StringLike", []), f"{HERE}.Condition.StringLike: a list is not an object", "a list"),
    (condition("StringLike", {"key": "x"}), f"{HERE}.Condition.StringLike: 'key' is no condition key", "no service"),
    (condition("StringLike", {"a:b": []}), f"{HERE}.Condition.StringLike.a:b: is an empty list", "no value"),
    (condition("StringLike", {"a:b": {}}), f"{HERE}.Condition.StringLike.a:b: an object is not a text", "an object"),
    (condition("StringLike", {"a:b": [None]}), f"{HERE}.Condition.StringLike.a:b[0]: None is not", "null"),
    (condition("NumericEquals", {"a:b": "x"}), f"{HERE}.Condition.NumericEquals.a:b: 'x' is not a number", "a word"),
    (condition("NumericEquals", {"a:b": "1e9"}), f"{HERE}.Condition.NumericEquals.a:b: '1e9' is not", "an exponent"),
    (condition("DateEquals", {"a:b": "23.11.2026"}), f"{HERE}.Condition.DateEquals.a:b: '23.11.", "another calendar"),
    (condition("DateEquals", {"a:b": "2026-02-30"}), f"{HERE}.Condition.DateEquals.a:b: ", "no such day"),
    (condition("Bool", {"a:b": "yes"}), f"{HERE}.Condition.Bool.a:b: 'yes' is not true or false", "a word"),
    (condition("Null", {"a:b": "1"}), f"{HERE}.Condition.Null.a:b: '1' is not true or false", "a number"),
    (condition("BinaryEquals", {"a:b": "%"}), f"{HERE}.Condition.BinaryEquals.a:b: ", "no base64"),
    (condition("IpAddress", {"a:b": "10.0.0.0/33"}), f"{HERE}.Condition.IpAddress.a:b: ", "no such prefix"),
    (condition("IpAddress", {"a:b": "10.*"}), f"{HERE}.Condition.IpAddress.a:b: '10.*' is not an IP", "a pattern"),
    (condition("IpAddress", {"a:b": "${a:b}"}), f"{HERE}.Condition.IpAddress.a:b: ", "only texts have variables"),
    (condition("ArnLike", {"a:b": "arn:aws:s3"}), f"{HERE}.Condition.ArnLike.a:b: 'arn:aws:s3' is not an ARN", "short"),
    (condition("StringLike", {"a:b": "${x}"}), f"{HERE}.Condition.StringLike.a:b: ${{x}} names no", "no variable"),
    ('{"Statement": {"Effect": "Deny", "Effect": "Allow"}}', "'Effect' stands twice in one object", "read two ways"),
    (document(Sid="x").replace("x", "\u0100"), "a character beyond U+00FF", "as AWS has it"),
    ("\x00" + document(), "a control character", "likewise"),
    ("[" * 6000, "is nested too deeply", "a bomb"),
    (document(Sid="x" * MAX_CHARS), f"at most {MAX_CHARS} are allowed", "too long"),
    (" " * MAX_CHARS_WITH_SPACE + document(), f"1 to {MAX_CHARS_WITH_SPACE} are allowed", "too long with white space"),
]


@pytest.mark.parametrize(("text", "message", "reason"), REFUSED, ids=range(len(REFUSED)))
def test_a_broken_document_is_refused_at_its_place(text: str, message: str, reason: str) -> None:
    """Each line of the table, for the reason that stands in it; the message begins with where and says what."""
    with pytest.raises(MalformedPolicy) as caught:
        read_policy(text, "test")
    assert message in str(caught.value), reason
    assert len(str(caught.value)) < 600, "a message is never as long as the document"


def test_white_space_does_not_count() -> None:
    """As AWS counts: a policy may be laid out."""
    assert read_policy(document().replace(" ", " " * 2000), "test").statements


def test_the_bound_is_exact() -> None:
    """6,144 characters are taken, one more is not."""
    room = MAX_CHARS - len("".join(document(Sid="").split()))
    assert read_policy(document(Sid="x" * room), "test").statements
    with pytest.raises(MalformedPolicy, match=f"has {MAX_CHARS + 1} characters"):
        read_policy(document(Sid="x" * (room + 1)), "test")


@pytest.mark.parametrize("name", ["", "a/b", "x" * 129, "ä"])
def test_a_policy_s_name_is_one_of_iam(name: str) -> None:
    """It will be part of a message and of a path."""
    with pytest.raises(MalformedPolicy, match="no name for a policy"):
        read_policy(document(), name)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
NEARLY = st.fixed_dictionaries(
    {"Statement": JSON},
    optional={"Version": st.sampled_from([NEW, "2008-10-17"]) | JSON, "Id": JSON},
) | st.fixed_dictionaries(
    {
        "Version": st.just(NEW),
        "Statement": st.fixed_dictionaries(
            {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": st.just("*") | JSON},
            optional={
                "Resource": st.just("*") | st.text("arn:aws*?${}/", max_size=30),
                "Condition": st.dictionaries(
                    st.sampled_from(["StringLike", "DateEquals", "IpAddress", "ArnLike", "Bool", "NumericEquals"]),
                    st.dictionaries(st.just("a:b"), JSON | st.text("0123456789-:TZ./ab${}", max_size=20), max_size=2),
                    max_size=2,
                ),
            },
        ),
    }
)


@given(JSON | NEARLY)
@settings(max_examples=150)
def test_arbitrary_json_is_read_or_refused(content: object) -> None:
    """Nothing but MalformedPolicy comes of it, and whatever is read can be evaluated."""
    try:
        policy = read_policy(json.dumps(content), "test")
    except MalformedPolicy as error:
        assert str(error)  # noqa: PT017  not every document is refused
    else:
        assert all(each.effect in Effect for each in policy.statements)


@given(st.text(max_size=60) | st.text('{}[]":,StatementEffectAllow\\u0 ', max_size=60))
def test_arbitrary_text_is_read_or_refused(text: str) -> None:
    """Likewise."""
    with pytest.raises(MalformedPolicy):
        read_policy(text, "test")
