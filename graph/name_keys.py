"""The key under which a name is looked up: what is left when spelling is taken away.

Case, accents, width, punctuation and legal forms differ between pages; the key does not. Spellings
that no rule brings together (kanji, for one) are recorded as names of their own.
"""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

LEGAL_FORMS = frozenset(
    {
        "ab",
        "ag",
        "as",
        "asa",
        "bhd",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "group",
        "holding",
        "holdings",
        "inc",
        "incorporated",
        "kk",
        "limited",
        "llc",
        "llp",
        "lp",
        "ltd",
        "nv",
        "oyj",
        "plc",
        "pjsc",
        "pt",
        "pte",
        "pty",
        "pvt",
        "sa",
        "sarl",
        "sas",
        "sdn",
        "se",
        "spa",
        "srl",
        "tbk",
    }
)
_BREAKS = re.compile(r"[^0-9a-z]+")
_QUIET = re.compile(r"['’.`]")


def name_key(text: str) -> str:
    """The key of a name, without the words that only say its legal form.

    >>> name_key("Alibaba Group Holding Ltd.") == name_key("ALIBABA")
    True
    >>> name_key("JD.com"), name_key("Société Générale S.A.")
    ('jdcom', 'societe generale')
    """
    folded = anyascii(unicodedata.normalize("NFKC", text).casefold()).casefold()
    words = _BREAKS.sub(" ", _QUIET.sub("", folded)).split()
    kept = [word for word in words if word not in LEGAL_FORMS]
    return " ".join(kept or words)
