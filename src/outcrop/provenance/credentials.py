"""Signs a picture's file with content credentials, and says what those of any file are worth. Knows files alone.

The library is the reference implementation of C2PA. It puts the manifest beside what is in a file already: pixels,
and the recipe, stay as they are. Nothing is fetched: a manifest that is elsewhere is as none.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Literal, final

import c2pa

from outcrop.errors import ModelFailed
from outcrop.provenance.chain import Chain
from outcrop.provenance.manifest import MIME, PARENT, Manifest

QUIET: Final = {"remote_manifest_fetch": False, "ocsp_fetch": False}
"""What keeps the library from asking others: whose file it is says where."""
NO_THUMBNAIL: Final = {"builder": {"thumbnail": {"enabled": False}}}
"""A picture in the picture costs 90 ms and up to half a megabyte."""
INGREDIENT: Final = {"label": PARENT, "relationship": "parentOf"}
MOST_ADDED: Final = 1_048_576
"""Bytes by which the parent's own credentials may make a file longer; they grow with every edit."""

State = Literal["trusted", "untrusted", "invalid", "none"]
"""Signed by somebody who is trusted here; by somebody else; changed since, or forged; or not there at all."""
STATES: Final[dict[str, State]] = {"Trusted": "trusted", "Valid": "untrusted", "Invalid": "invalid"}
"""By the library's words for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The picture that a picture came from, as its file is."""

    file: bytes

    @property
    def mime(self) -> str:
        """What its first bytes say it is."""
        return mime_of(self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a file's content credentials say, and whether they hold."""

    state: State
    reasons: tuple[str, ...] = ()
    """C2PA's status codes of what does not hold."""
    generator: str | None = None
    """The program that signed."""
    signer: str | None = None
    """The name in its certificate."""
    actions: tuple[str, ...] = ()
    model: str | None = None
    source_type: str | None = None
    """The last part of IPTC's address."""
    when: str | None = None
    """When the picture was made, by the signer's clock."""
    parents: int = 0


NONE: Final = Credentials(state="none")


def sign(file: bytes, file_format: str, manifest: Manifest, chain: Chain, parent: Parent | None) -> bytes:
    """The file, of one of `MIME`'s formats, with a manifest that a chain has signed.

    A parent whose own credentials are too large, or cannot be read, is named without them.

    Raises: ModelFailed when it cannot be signed: a picture that is to be signed is not delivered unsigned.
    """
    try:
        if parent is None:
            return _sign(file, file_format, manifest, chain, None)
        signed = _with_parent(file, file_format, manifest, chain, parent)
        return signed if signed is not None else _sign(file, file_format, _named(manifest, parent), chain, None)
    except c2pa.C2paError as error:
        raise ModelFailed(f"The picture is there but could not be signed, so it is not delivered: {error}") from None


def _with_parent(file: bytes, file_format: str, manifest: Manifest, chain: Chain, parent: Parent) -> bytes | None:
    try:
        signed = _sign(file, file_format, manifest, chain, parent)
    except c2pa.C2paError:
        return None
    return signed if len(signed) <= len(file) + MOST_ADDED else None


def _named(manifest: Manifest, parent: Parent) -> Manifest:
    return {**manifest, "ingredients": [{**INGREDIENT, "format": parent.mime}]}


def _sign(file: bytes, file_format: str, manifest: Manifest, chain: Chain, parent: Parent | None) -> bytes:
    mime, signed = MIME[file_format], BytesIO()
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(
            alg=chain.algorithm.encode(), sign_cert=chain.certificates, private_key=chain.private_key, ta_url=None
        )
    )
    with _context(NO_THUMBNAIL) as context, c2pa.Builder(manifest, context) as builder:
        if parent is not None:
            builder.add_ingredient(INGREDIENT, parent.mime, BytesIO(parent.file))
        builder.sign(signer, mime, BytesIO(file), signed)
    return signed.getvalue()


def _context(settings: dict[str, Any]) -> c2pa.Context:
    return c2pa.Context(c2pa.Settings.from_dict({"verify": QUIET, **settings}))


def mime_of(file: bytes) -> str:
    """The kind of picture that a file's first bytes say it is; PNG where they say nothing that is known here."""
    if file.startswith(b"\xff\xd8"):
        return MIME["jpeg"]
    if file[4:12] in {b"ftypavif", b"ftypavis"}:
        return MIME["avif"]
    return MIME["webp"] if file[:4] == b"RIFF" and file[8:12] == b"WEBP" else MIME["png"]


@final
class Reader:
    """Reads credentials, by roots that are trusted here."""

    def __init__(self, roots: Sequence[bytes]) -> None:
        """`roots` are certificates in PEM."""
        trust = {"trust": {"trust_anchors": b"\n".join(roots).decode()}} if roots else {}
        self._context = _context({"verify": {**QUIET, "verify_trust": True}, **trust})

    def read(self, file: bytes) -> Credentials:
        """What the credentials in a file are worth."""
        try:
            with c2pa.Reader(mime_of(file), BytesIO(file), context=self._context) as reader:
                return _credentials(json.loads(reader.json()), str(reader.get_validation_state()))
        except c2pa.C2paError.ManifestNotFound:
            return NONE
        except c2pa.C2paError as error:
            return Credentials(state="invalid", reasons=(str(error),))


def is_signed(file: bytes) -> bool:
    """Whether a file carries credentials, whatever they are worth."""
    return Reader(()).read(file).state != "none"


def _credentials(store: dict[str, Any], state: str) -> Credentials:
    """What the library's report says, in short."""
    active = store["manifests"][store["active_manifest"]]
    actions = _actions(active)
    last = actions[-1] if actions else {}
    signature = active.get("signature_info", {})
    failures = store.get("validation_results", {}).get("activeManifest", {}).get("failure", ())
    return Credentials(
        state=STATES.get(state, "invalid"),
        reasons=tuple(failure["code"] for failure in failures),
        generator=_generator(active),
        signer=signature.get("common_name") or signature.get("issuer"),
        actions=tuple(action["action"] for action in actions),
        model=_agent(last),
        source_type=last.get("digitalSourceType", "").rpartition("/")[2] or None,
        when=last.get("when"),
        parents=len(active.get("ingredients", ())),
    )


def _actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        action
        for assertion in manifest.get("assertions", ())
        if assertion["label"].startswith("c2pa.actions")
        for action in assertion["data"].get("actions", ())
    ]


def _generator(manifest: dict[str, Any]) -> str | None:
    info = (manifest.get("claim_generator_info") or [{}])[0]
    return " ".join(str(info[key]) for key in ("name", "version") if key in info) or None


def _agent(action: dict[str, Any]) -> str | None:
    """Version 1 of the actions has a text there."""
    agent = action.get("softwareAgent")
    name = agent.get("name") if isinstance(agent, dict) else agent
    return name if isinstance(name, str) else None
