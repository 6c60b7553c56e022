"""The part of a pass that depends on design and count only, laid out once and shared by many passes."""

from dataclasses import dataclass

from walletpass.card.design import Design
from walletpass.pkpass.archive import Archive
from walletpass.pkpass.frame import Frame, frame_design
from walletpass.pkpass.images import PassImages, image_files
from walletpass.pkpass.manifest import open_manifest
from walletpass.pkpass.strings import strings_files


@dataclass(frozen=True, slots=True)
class StaticPart:
    """Images and strings as the beginning of an archive with their lines of directory and manifest, and the
    beginning of `pass.json`."""

    prefix: bytes
    directory: bytes
    entries: int
    manifest: bytes
    frame: Frame

    @property
    def size(self) -> int:
        """Bytes held in memory, nearly."""
        return len(self.prefix) + len(self.directory) + len(self.manifest)


def build_static(design: Design, images: PassImages, *, write_name: bool = False) -> StaticPart:
    """`write_name` as for `frame_design`. Raises ValueError for images that a store card cannot have."""
    files = image_files(images) | strings_files(design)
    archive = Archive()
    for name, data in files.items():
        archive.add(name.encode("ascii"), data)
    return StaticPart(
        prefix=b"".join(archive.chunks),
        directory=b"".join(archive.directory),
        entries=archive.entries,
        manifest=open_manifest(files),
        frame=frame_design(design, write_name=write_name),
    )
