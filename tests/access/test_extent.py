"""How far operations reach: what policies know it by, for every operation of the REST."""

from outcrop.access.bedrock_calls import outcrop_action_tables
from outcrop.access.extent import FIGURES, Reach, reach_of
from tests.serving import ACCOUNT, REGION, TESTER

OWN = f"arn:aws:outcrop:{REGION}:{ACCOUNT}:"
ALL = f"arn:aws:outcrop:{REGION}::"


def test_figures_are_a_user_s_an_account_s_or_all() -> None:
    """Which is what holds where the table says nothing else."""
    whole = Reach(user=f"{OWN}user/tester", account=f"{OWN}account", installation=f"{ALL}installation")
    assert reach_of("GetCosts", TESTER, REGION) == whole
    assert list(FIGURES) == ["user", "account", "installation"]


def test_what_is_kept_has_arns_of_its_own() -> None:
    """All assets of a user's are theirs; credit belongs to nobody but the installation."""
    assert reach_of("DeleteAsset", TESTER, REGION) == Reach(
        user=f"{OWN}asset/tester/*", account=f"{OWN}asset/*", installation=None
    )
    assert reach_of("CloseCreditPool", TESTER, REGION) == Reach(
        user=None, account=None, installation=f"{ALL}credit-pool/*"
    )


def test_every_operation_reaches_somewhere() -> None:
    """As far as there is anything."""
    for operation in outcrop_action_tables().on_arns:
        reach = reach_of(operation, TESTER, REGION)
        assert {reach.user, reach.account, reach.installation} != {None}
