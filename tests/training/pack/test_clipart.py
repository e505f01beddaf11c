"""Clip art is taken by folder, described by its own metadata, and rid of what editors left in it."""

from outcrop.training.pack.clipart import build_clipart

ABOUT = """<metadata><rdf:RDF><cc:Work><dc:title>Fat_Cat 01</dc:title><dc:subject><rdf:Bag>
<rdf:li>Animal</rdf:li><rdf:li>cats &amp; dogs</rdf:li></rdf:Bag></dc:subject>
<dc:creator><cc:Agent><dc:title>Somebody</dc:title></cc:Agent></dc:creator></cc:Work></rdf:RDF></metadata>"""
VIEW = '<sodipodi:namedview id="base"><sodipodi:guide/></sodipodi:namedview><sodipodi:namedview/>'


def drawing(inside: str) -> bytes:
    """An SVG file."""
    return f"<svg>{ABOUT}{VIEW}{inside}</svg>".encode()


ROOT = "usr/share/openclipart/svg"
PACKAGE = {
    f"{ROOT}/animals/cat_01.svg": drawing('<path fill="red"/>'),
    f"{ROOT}/animals/ink.svg": drawing('<path style="stroke:black; fill: #FFF"/>').replace(ABOUT.encode(), b""),
    f"{ROOT}/animals/photo.svg": drawing('<image xlink:href="x.png"/>'),
    f"{ROOT}/animals/large.svg": drawing(f"<path d='{'M' * 130_000}'/>"),
    f"{ROOT}/animals/cat.txt": b"about",
    f"{ROOT}/logos/mark.svg": drawing("<path/>"),
    "usr/share/doc/copyright": b"public domain",
}


def test_drawings_are_taken_by_folder() -> None:
    """Neither pictures of pixels nor very large ones, nor folders that are to be left out."""
    cat, ink = build_clipart(PACKAGE, ("logos",))
    assert (cat.label, cat.category, cat.keywords, cat.line_art) == (
        "fat cat",
        "animals",
        ("animal", "cats & dogs"),
        False,
    )
    assert (ink.label, ink.keywords, ink.line_art) == ("ink", (), True)


def test_only_the_drawing_is_left() -> None:
    """Metadata and an editor's view of the page go, whole."""
    cat, _ = build_clipart(PACKAGE, ("logos",))
    assert cat.content == b'<svg><path fill="red"/></svg>'
