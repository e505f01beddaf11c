"""Opens who looks at pictures, as the settings say. Knows where weights lie; knows no picture."""

from outcrop.cli.fetching_moderation import moderation_folder
from outcrop.errors import BadSettings
from outcrop.safety.pictures import Judge
from outcrop.settings import Settings


def open_picture_judge(settings: Settings) -> Judge | None:
    """Who looks at pictures; None where the settings say that nobody does.

    Raises: BadSettings when the library or the weights for it are missing: nothing passes unjudged for lack of a file.
    """
    if settings.picture_moderation == "off":
        return None
    try:
        from outcrop.safety.images import open_judge
    except ImportError as error:
        raise BadSettings(
            f"picture_moderation is on, and its library is not there ({error}): pip install 'outcrop[moderation]', or "
            'set picture_moderation = "off".'
        ) from error
    return open_judge(moderation_folder(settings.home))
