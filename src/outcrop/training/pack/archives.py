"""Takes the files out of npm tarballs and Debian packages that lie in memory. Knows their formats alone."""

import io
import tarfile
from collections.abc import Iterator, Mapping

Files = Mapping[str, bytes]
"""Contents by path inside the package."""

_AR_MAGIC = b"!<arch>\n"
_AR_HEADER = 60


def npm_files(tarball: bytes) -> Files:
    """The files of an npm package, by path below `package/`."""
    return dict(_tar_files(tarball, "package/"))


def deb_files(package: bytes) -> Files:
    """The files that a Debian package installs, by path from the root of the file system.

    Raises: ValueError where it is no Debian package.
    """
    for name, content in _ar_members(package):
        if name.startswith("data.tar"):
            return dict(_tar_files(content, "./"))
    raise ValueError("a Debian package has a member data.tar; this one has none")


def _tar_files(archive: bytes, root: str) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isreg() else None
            if file is not None:
                yield member.name.removeprefix(root), file.read()


def _ar_members(archive: bytes) -> Iterator[tuple[str, bytes]]:
    """Members of a Unix archive. Source: deb(5), ar(5)."""
    if not archive.startswith(_AR_MAGIC):
        raise ValueError("this is no Debian package: it does not begin like a Unix archive")
    place = len(_AR_MAGIC)
    while place + _AR_HEADER <= len(archive):
        header = archive[place : place + _AR_HEADER]
        size = int(header[48:58])
        start = place + _AR_HEADER
        yield header[:16].decode("ascii").rstrip(" /"), archive[start : start + size]
        place = start + size + size % 2
