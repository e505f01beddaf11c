"""A client of an Outcrop server that reads like a sentence. Knows its REST; knows no torch and no server's part.

from outcrop.client import connect

shop = connect()
drafts = shop.draft("a red teapot on a wooden table", count=8)
finals = drafts.pick(2, 5).finish(on="ultra")
finals[0].save("teapot.png")
"""

from outcrop.client.drafts import Choice, Drafts
from outcrop.client.picture import Picture
from outcrop.client.progress import Progress
from outcrop.client.shop import Shop, connect

__all__ = ["Choice", "Drafts", "Picture", "Progress", "Shop", "connect"]
