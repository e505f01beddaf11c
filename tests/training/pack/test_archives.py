"""Packages of npm and Debian are opened in memory."""

import io
import tarfile

import pytest

from outcrop.training.pack.archives import deb_files, npm_files


def tar(files: dict[str, bytes], mode: str) -> bytes:
    """A tar archive of files and the folders that such archives list as well."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload] # the mode is one of its
        folder = tarfile.TarInfo("./usr")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def ar(members: dict[str, bytes]) -> bytes:
    """A Unix archive, odd members padded."""
    out = b"!<arch>\n"
    for name, content in members.items():
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode() + content
        out += b"\n" * (len(content) % 2)
    return out


def test_an_npm_package_is_opened() -> None:
    """Paths are below package/."""
    assert npm_files(tar({"package/a/b.json": b"{}"}, "w:gz")) == {"a/b.json": b"{}"}


def test_a_debian_package_is_opened() -> None:
    """Behind a member of odd length lies the data."""
    data = tar({"./usr/share/x.svg": b"<svg/>"}, "w:xz")
    assert deb_files(ar({"debian-binary": b"2.0", "data.tar.xz/": data})) == {"usr/share/x.svg": b"<svg/>"}


@pytest.mark.parametrize("content", [b"PK\3\4", ar({"control.tar.xz": b""})])
def test_what_is_no_debian_package_is_refused(content: bytes) -> None:
    """The error says what is missing."""
    with pytest.raises(ValueError, match="Debian package"):
        deb_files(content)
