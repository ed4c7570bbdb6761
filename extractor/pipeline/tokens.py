"""Text -> Doc: a tokenizer of words, numbers and signs, many times faster than spaCy's own.

The components read characters, so nothing depends on where its tokens begin; the Doc only carries what they find.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spacy.tokens import Doc

if TYPE_CHECKING:
    from spacy.vocab import Vocab

__all__ = ["WordTokenizer"]

# A single space behind a token is kept with it; all other white space is a token of its own
_TOKEN = re.compile(r"([^\W_]+|[^\w\s]|_|\s)( ?)")


class WordTokenizer:
    """Cut a text into runs of letters and digits, and single signs. ``doc.text`` is the text, to the character.

    >>> import spacy
    >>> [token.text for token in WordTokenizer(spacy.blank("en").vocab)("512 H800s, $5.6m")]
    ['512', 'H800s', ',', '$', '5', '.', '6m']
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Return the Doc of a text."""
        pairs = _TOKEN.findall(text)
        return Doc(self.vocab, words=[word for word, _ in pairs], spaces=[space == " " for _, space in pairs])
