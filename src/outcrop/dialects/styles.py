"""What a style of a body's list says to a network: words. Knows the names of styles; knows no body and no prompt."""


def styled(name: str) -> str:
    """A style's name as words of a prompt, such as "analog film" for `analog-film`."""
    return name.replace("-", " ").replace("_", " ").lower()
