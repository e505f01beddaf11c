"""Opens the way to Amazon Bedrock where the settings put a model there. Knows the settings; knows no call."""

from outcrop.catalog.load import Catalog
from outcrop.errors import BadSettings
from outcrop.forward.upstream import Upstream
from outcrop.settings import Settings


def open_upstream(settings: Settings, catalog: Catalog) -> Upstream | None:
    """Where calls are passed on to; None when every model is drawn here.

    Raises: BadSettings when a model is not, and what that needs is not installed or there are no credentials.
    """
    if all(card.tier.backend == "engine" for card in catalog.models.values()):
        return None
    try:
        from outcrop.forward.bedrock import Bedrock, Place
        from outcrop.forward.credentials import open_signer
    except ImportError as missing:
        raise BadSettings(
            f"Models are set to run on Amazon Bedrock, for which {missing.name} is not installed; run "
            "pip install 'outcrop[aws]'."
        ) from None
    region = settings.bedrock_region or settings.region
    place = Place(
        region=region,
        endpoint=settings.bedrock_endpoint or f"https://bedrock-runtime.{region}.amazonaws.com",
        timeout_s=settings.bedrock_timeout_s,
        calls=settings.places,
    )
    return Bedrock(place, open_signer(settings.bedrock_profile, region))
