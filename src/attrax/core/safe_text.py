"""Safe text: names from a recording, made harmless for terminals, spreadsheets, formulas and file systems.

A name can be any text, also one that was made to do harm. Names are made harmless only here.
"""

import re
import unicodedata

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet computes; some take the wide signs of East Asia for the narrow ones."""

UNSHOWN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories of characters that change what stands beside them, instead of being shown."""

RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
LONGEST_NAME = 150
"""In bytes: a name of many languages has up to four in a character, and file systems allow 255 in all."""


def printable(text: str) -> str:
    r"""A text without control characters, which would move the cursor or change colors; line ends stay.

    Example:
        >>> printable("heart\x1b[2J")
        'heart\\x1b[2J'
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(ascii(c)[1:-1] if unicodedata.category(c) in UNSHOWN and c not in "\n\u200d" else c for c in text)


def spreadsheet_cell(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula; numbers and single signs stay as they are.

    `attrax.load` leaves out the quote around or before a name, and so reads the name that was written.

    Example:
        >>> [spreadsheet_cell(text) for text in ("=1+1", "-0.5", "eeg")]
        ["'=1+1", '-0.5', 'eeg']
    """
    if not text.startswith(FORMULA) or text in FORMULA:
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def markdown_cell(text: str) -> str:
    r"""A text as a cell of a table in Markdown, which holds neither the end of the cell nor HTML.

    Example:
        >>> print(markdown_cell("a|b <script>"))
        a\|b &lt;script>
    """
    return printable(text).replace("\n", " ").replace("|", r"\|").replace("<", "&lt;")


def shortened(text: str, longest: int) -> str:
    """A text whose middle is left out if it is too long for its place.

    Args:
        text: The text.
        longest: The largest number of characters.

    Example:
        >>> shortened("left ventricular pressure, catheter 2 (mmHg)", 20)
        'left ventricul…mmHg)'
    """
    end = longest // 4
    return text if len(text) <= longest else f"{text[: longest - end - 1]}…{text[-end:]}"


def without_formulas(text: str) -> str:
    r"""A text in which no part is set as a formula of TeX: a dollar sign is a dollar sign.

    Example:
        >>> print(without_formulas("US$"))
        US\$
    """
    return text.replace("$", r"\$")


def file_name(text: str) -> str:
    """A name as the name of a file or folder, in the folder it is put into and on every system.

    Example:
        >>> [file_name(text) for text in ("s 1", "..", "../x", "", "con")]
        ['s_1', '_', '__x', '_', '_con']
    """
    name = re.sub(r"[^\w.+-]", "_", text).encode()[:LONGEST_NAME].decode(errors="ignore")
    name = re.sub(r"^\.+", "_", name).rstrip(".") or "_"
    return f"_{name}" if RESERVED.fullmatch(name) else name
