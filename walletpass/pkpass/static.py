"""The part of a pass that depends on design and count only, laid out once and shared by many passes."""

from dataclasses import dataclass

from walletpass.card.design import Design
from walletpass.pkpass.archive import OpenArchive, open_archive
from walletpass.pkpass.frame import Frame, frame_design
from walletpass.pkpass.images import PassImages, image_files
from walletpass.pkpass.manifest import open_manifest
from walletpass.pkpass.strings import strings_files


@dataclass(frozen=True, slots=True)
class StaticPart:
    """Images and strings as the beginning of an archive, the beginning of its manifest, and that of `pass.json`."""

    archive: OpenArchive
    manifest: bytes
    frame: Frame

    @property
    def size(self) -> int:
        """Bytes held in memory, nearly."""
        return len(self.archive.laid_out) + len(self.archive.directory) + len(self.manifest)


def build_static(design: Design, images: PassImages, *, write_name: bool = False) -> StaticPart:
    """`write_name` as for `frame_design`. Raises ValueError for images that a store card cannot have."""
    files = image_files(images) | strings_files(design)
    return StaticPart(
        archive=open_archive({name.encode("ascii"): data for name, data in files.items()}),
        manifest=open_manifest(files),
        frame=frame_design(design, write_name=write_name),
    )
