"""What can be read on a printed page, by people and by phones."""

import io
import json
import subprocess
import sys
from pathlib import Path

from PIL import Image
from pypdf import PdfReader

_ROOT = Path(__file__).parents[2]
_DECODE = """
import { readFileSync } from "node:fs";
import decodeQR from "qr/decode.js";
const [width, height] = process.argv.slice(1).map(Number);
console.log(JSON.stringify(decodeQR({ width, height, data: readFileSync(0) })));
"""


def open_pdf(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def read_text(pdf: bytes) -> str:
    """All words with single spaces: where lines break is a matter of layout."""
    return " ".join(open_pdf(pdf).pages[0].extract_text().split())


def read_qr(png: bytes) -> str:
    """What a phone reads in a picture of a page."""
    with Image.open(io.BytesIO(png)) as image:
        page = image.convert("RGBA")
    node = Path(sys.executable).with_name("node")
    done = subprocess.run(
        [node, "--input-type=module", "-e", _DECODE, str(page.width), str(page.height)],
        input=page.tobytes(),
        cwd=_ROOT,
        capture_output=True,
        check=True,
    )
    text: str = json.loads(done.stdout)
    return text
