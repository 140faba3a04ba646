"""Makes survey/static/fonts from the npm package @fontsource/be-vietnam-pro (OFL-1.1).

Run by ./build on a developer's machine; the results are committed. The package splits the font
by script; here the parts are put together again, so that one file holds every Vietnamese letter.
"""

import sys
import unicodedata
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "static" / "fonts"
PACKAGE = HERE / "node_modules" / "@fontsource" / "be-vietnam-pro"
PARTS = ("latin", "vietnamese", "latin-ext")
VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
TONES = "\u0300\u0301\u0303\u0309\u0323"
ASCII = {chr(code) for code in range(0x20, 0x7F)}
PUNCTUATION = set("\u00a0–—‘’“”…•·×°²©₫")
DAY_ZERO = 3_848_774_400  # the date written into every file: builds repeat to the byte
DIGIT = 660  # width of a tabular digit, in thousandths


def vietnamese() -> set[str]:
    """Every letter of Vietnamese with every tone, composed, with ASCII and common punctuation."""
    toned = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES}
    return ASCII | PUNCTUATION | set(VOWELS) | set("đĐ") | toned


def cut(font: TTFont, codes: set[int], web: bool) -> TTFont:
    """`font` with only the characters `codes`; for the web without hints and rare features."""
    options = Options()
    options.hinting = not web
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.layout_features = ["kern", "ccmp", "mark"] if web else ["*"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    return font


def whole(weight: int, folder: Path) -> Path:
    """One TTF of a weight, from the package's parts; each character from the first part with it."""
    seen: set[int] = set()
    parts = []
    for part in PARTS:
        file = PACKAGE / "files" / f"be-vietnam-pro-{part}-{weight}-normal.woff2"
        font = TTFont(file, recalcTimestamp=False)
        mine = set(font.getBestCmap()) - seen
        seen |= mine
        path = folder / f"{part}.ttf"
        font.flavor = None
        cut(font, mine, web=False).save(path)
        parts.append(str(path))
    merged = Merger().merge(parts)
    merged.recalcTimestamp = False
    merged["head"].created = merged["head"].modified = DAY_ZERO
    path = folder / f"be-vietnam-pro-{weight}.ttf"
    merged.save(path)
    return path


def tabular(font: TTFont) -> TTFont:
    """The digits of `font`, each as wide as the next, for columns of numbers; nothing else."""
    cut(font, set(map(ord, "0123456789")), web=True)
    for table in {"GPOS", "GSUB", "GDEF"} & set(font.keys()):
        del font[table]
    outlines, widths = font["glyf"], font["hmtx"]
    for glyph in font.getBestCmap().values():
        advance, bearing = widths[glyph]
        shift = (DIGIT - advance) // 2
        outlines[glyph].coordinates.translate((shift, 0))
        outlines[glyph].recalcBounds(outlines)
        widths[glyph] = (DIGIT, bearing + shift)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6):
            record.string = record.toUnicode().replace("Pro", "Tabular")
    return font


def save_web(font: TTFont, name: str) -> None:
    font.flavor = "woff2"
    font.save(OUT / f"{name}.woff2")


def main() -> None:
    letters = {ord(letter) for letter in vietnamese()}
    with TemporaryDirectory() as name:
        for weight in (400, 700):
            path = whole(weight, Path(name))
            copyfile(path, OUT / "ttf" / path.name)
            fonts = [TTFont(path, recalcTimestamp=False) for _ in range(2)]
            save_web(cut(fonts[0], letters, web=True), f"be-vietnam-pro-{weight}")
            save_web(tabular(fonts[1]), f"be-vietnam-tabular-{weight}")
    copyfile(PACKAGE / "LICENSE", OUT / "OFL.txt")
    for path in sorted(OUT.rglob("*.[tw]*f*")):
        print(f"{path.stat().st_size:8} {path.relative_to(OUT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
