"""Holds pictures against their account's policy: those that come with a request, and those that were made.

Knows a judge by its verdicts; knows no wire and no booking. Both take a thread's time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from outcrop.dialects.dialect import Filtered, Outcome, Result
from outcrop.errors import Withheld
from outcrop.flow import Picture
from outcrop.request import Bitmap, Request, TextToImage
from outcrop.safety.pictures import USUAL_PICTURES, Judge, PicturePolicy, blurred, read_picture_policy
from outcrop.store.database import Database
from outcrop.store.documents import Kind, find_document

DOCUMENT: Final[Kind] = "picture_policy"
"""What a policy is kept as."""

PicturePolicyOf = Callable[[str], PicturePolicy]
"""The policy of an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What is held back of the pictures that accounts send and get."""

    judge: Judge | None = None
    """None holds nothing back."""
    policy_of: PicturePolicyOf = lambda _: USUAL_PICTURES

    def check_sent(self, account: str, asked: Request) -> None:
        """Let a request pass whose picture, if it has one, may be used.

        Raises: Withheld.
        """
        if self.judge is None or isinstance(asked, TextToImage):
            return
        policy = self.policy_of(account)
        if policy.sent == "withhold" and self.judge(pixels_of(asked.image)) >= policy.threshold:
            raise Withheld(
                "The picture that came with the request may be sexually explicit; send another one.",
                stage="input image",
                categories=("sexual",),
            )

    def outcomes(self, account: str, pictures: Sequence[Picture]) -> list[Outcome]:
        """What may be said of pictures that were made, in their order."""
        policy = USUAL_PICTURES if self.judge is None else self.policy_of(account)
        return [self._outcome(picture, policy) for picture in pictures]

    def _outcome(self, picture: Picture, policy: PicturePolicy) -> Outcome:
        seed = picture.plan.seed
        if self.judge is not None and policy.made != "allow":
            with Image.open(BytesIO(picture.file)) as image:
                score = self.judge(image)
            if score >= policy.threshold:
                shown = blurred(picture.file) if policy.made == "blur" else b""
                return Filtered(stage="output image", seed=seed, file=shown)
        return Result(seed=seed, file=picture.file)


BLIND: Final = Looking()


def held_back(outcomes: Sequence[Outcome]) -> Withheld | None:
    """What was held back of pictures that were made, for the record; None where nothing was."""
    if not any(isinstance(outcome, Filtered) for outcome in outcomes):
        return None
    return Withheld("A picture was held back.", stage="output image", categories=("sexual",))


def pixels_of(bitmap: Bitmap) -> Image.Image:
    """A picture that came with a request, as judges look at one."""
    return Image.frombytes("RGB", (bitmap.size.width, bitmap.size.height), bitmap.rgb)


def kept_picture_policies(database: Database) -> PicturePolicyOf:
    """What accounts have left with the database; the usual policy for those that have left nothing."""

    def policy_of(account: str) -> PicturePolicy:
        with database.reading() as connection:
            document = find_document(connection, account, DOCUMENT)
        return USUAL_PICTURES if document is None else read_picture_policy(document)

    return policy_of
