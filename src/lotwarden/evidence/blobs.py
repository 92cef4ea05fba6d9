"""The blob folder: a file's bytes as they came, named by their SHA-256.

A file is written beside its place, synced, and renamed, so that a name is there only with all
its bytes; then the folder is synced.  The same bytes are kept once.  What a file is, its
bytes say, never its name.  Trusted for availability only: every statement names the digest.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from lotwarden.core.errors import N_, Refusal

CHUNK_BYTES = 1 << 20
SHA256 = re.compile("[0-9a-f]{64}")


class TooLarge(Refusal):
    """A file is larger than one upload may be."""

    code = "evidence.too_large"
    template = N_("{name} is larger than {most_mib} MiB.")
    remedy = N_("Split it, or attach a smaller copy and keep the original.")


class EmptyFile(Refusal):
    """A file has no bytes."""

    code = "evidence.empty_file"
    template = N_("{name} is empty.")
    remedy = N_("Choose the file again; the upload may have been cut off.")


@dataclass(frozen=True, slots=True)
class Stored:
    """What the folder holds now."""

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class BlobFolder:
    """Blobs under `root`; `most_bytes` limits one file."""

    root: Path
    most_bytes: int = 64 << 20

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this digest lie, or would."""
        assert SHA256.fullmatch(sha256), "a SHA-256 in hexadecimal"
        return self.root / sha256[:2] / sha256

    def store(self, chunks: Iterable[bytes], *, name: str) -> Stored:
        """Keep the bytes and return their digest; they are safe on disk when this returns.

        Refuses:
            evidence.too_large, evidence.empty_file: nothing is kept.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size, head = hashlib.sha256(), 0, b""
        handle, temporary = tempfile.mkstemp(dir=self.root, prefix=".incoming-")
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    if size > self.most_bytes:
                        raise TooLarge(name=name, most_mib=self.most_bytes >> 20)
                    digest.update(chunk)
                    head = head or chunk[:4096]
                    file.write(chunk)
                if not size:
                    raise EmptyFile(name=name)
                file.flush()
                os.fsync(file.fileno())
            final = self.path(digest.hexdigest())
            final.parent.mkdir(exist_ok=True)
            os.replace(temporary, final)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(final.parent)
        _sync_folder(self.root)
        return Stored(digest.hexdigest(), size, sniff(head))

    def read(self, sha256: str) -> Iterator[bytes]:
        """Return the bytes, a chunk at a time."""
        with self.path(sha256).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def check(self, sha256: str) -> str:
        """Return '' if the bytes are there and are theirs, else what is wrong."""
        path = self.path(sha256)
        if not path.is_file():
            return "missing"
        digest = hashlib.sha256()
        for chunk in self.read(sha256):
            digest.update(chunk)
        return "" if digest.hexdigest() == sha256 else "changed"


def folder() -> BlobFolder:
    """Return the blob folder of this home."""
    return BlobFolder(Path(settings.HOME) / "blobs")


def sniff(head: bytes) -> str:
    """Return the media type that the first bytes speak for; `application/octet-stream` if none."""
    import puremagic  # noqa: PLC0415 - it reads its tables when imported; only an upload needs them

    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found:
        return str(found)
    try:
        head[:1024].decode("utf-8")
    except UnicodeDecodeError as broken:
        if broken.start < len(head[:1024]) - 4:
            return "application/octet-stream"
    return "application/octet-stream" if b"\0" in head else "text/plain"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
