"""What the library is to keep of a picture that was drawn, whoever asked for it. Knows a picture; books nothing."""

from outcrop.assets.library import NewAsset
from outcrop.assets.store import Digest
from outcrop.flow import Picture


def kept_of(picture: Picture, digest: Digest, account_id: str, user_name: str) -> NewAsset:
    """A picture of a user whose bytes are kept under a digest, without what only whoever asked for it knows."""
    plan = picture.plan
    return NewAsset(
        account_id=account_id,
        user_name=user_name,
        digest=digest,
        format=plan.output_format,
        width=plan.delivered.width,
        height=plan.delivered.height,
        size_bytes=len(picture.file),
        model_id=plan.model,
        operation=plan.operation,
        prompt=plan.prompt.written,
        negative_prompt=plan.negative_prompt.written or None,
        seed=plan.seed,
        recipe=picture.recipe,
        phash=picture.phash,
    )
