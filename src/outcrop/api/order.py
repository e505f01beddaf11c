"""Who pays for a request, and what they say it is for. Knows a request's head; books nothing."""

from starlette.requests import Request

from outcrop.api.identity import caller_of, request_id_of
from outcrop.api.model_ids import Named
from outcrop.ledger.books import Order
from outcrop.ledger.tags import read_tags, through_profile


def order_of(request: Request, named: Named, price_list: str) -> Order:
    """The order that a request for what it names is; `price_list` is the name of the list that its prices are from.

    Raises: InvalidRequest when what it says of itself cannot be read.
    """
    user = caller_of(request).user
    tags = read_tags(request.headers.get("X-Amzn-Bedrock-Request-Metadata", ""))
    return Order(
        request_id=request_id_of(request),
        account_id=user.account_id,
        user_name=user.name,
        price_list=price_list,
        tags=tags if named.own is None else through_profile(tags, named.own, named.tags),
    )
