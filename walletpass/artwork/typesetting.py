"""Pages set in type: tagged PDFs with real text (PDF/UA-1), or pictures of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from walletpass.artwork.fonts import font_files


class Unprintable(Exception):
    """No typeface on this machine has letters for one of the texts."""


def typeset(source: Path, values: Mapping[str, Any], picture_ppi: float | None = None) -> bytes:
    """A PDF, or with `picture_ppi` a PNG. The source finds `values`, as JSON, in `sys.inputs.values`.

    Raises Unprintable.
    """
    is_pdf = picture_ppi is None
    try:
        return typst.compile(
            source,
            format="pdf" if is_pdf else "png",
            ppi=picture_ppi,
            font_paths=[Path(file).parent for file in font_files()[:1]],
            sys_inputs={"values": json.dumps(values)},
            pdf_standards="ua-1" if is_pdf else None,
        )
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        raise Unprintable from error
