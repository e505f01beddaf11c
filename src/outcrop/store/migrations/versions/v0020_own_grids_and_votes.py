"""Policies OutcropOwnUse as they were put once: they let a member delete other members' grids and votes no more."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_NARROWED = {
    '"Action": ["outcrop:*Comparison", "outcrop:*Comparisons", "outcrop:GetComparisonSheet"]': (
        '"Action": ["outcrop:CreateComparison", "outcrop:GetComparison*", "outcrop:ListComparisons"]',
        ("OwnComparisons", '["outcrop:ChangeComparison", "outcrop:DeleteComparison"]', "comparison"),
    ),
    '"Action": ["outcrop:*Ballot", "outcrop:*Ballots", "outcrop:GetBallotPicture", "outcrop:CastVote"]': (
        '"Action": ["outcrop:CreateBallot", "outcrop:GetBallot*", "outcrop:ListBallots", "outcrop:CastVote"]',
        ("OwnBallots", '"outcrop:DeleteBallot"', "ballot"),
    ),
}
"""The actions of a statement, word by word as they were put, to those of today and what is for one's own alone."""


def upgrade() -> None:
    """Narrow the statements that are as they were put; a document that somebody has changed stays theirs."""
    for old, (new, (sid, actions, kind)) in _NARROWED.items():
        rest = (
            f'\n      "Resource": "arn:aws:outcrop:*:*:{kind}/*",\n'
            '      "Condition": {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}\n    }'
        )
        own = rest.replace(f"{kind}/*", f"{kind}/${{aws:username}}/*")
        more = f',\n    {{\n      "Sid": "{sid}",\n      "Effect": "Allow",\n      "Action": {actions},{own}'
        policies = sa.table("user_policies", sa.column("name", sa.String), sa.column("document", sa.Text))
        narrowed = sa.func.replace(policies.c.document, f"{old},{rest}", f"{new},{rest}{more}")
        op.execute(sa.update(policies).where(policies.c.name == "OutcropOwnUse").values(document=narrowed))


def downgrade() -> None:
    """Nothing: what was too much is not given back."""
