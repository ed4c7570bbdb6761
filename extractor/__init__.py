"""News on AI in, claims out: what a model cost to train, on which chips, for how long, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["__version__", "load"]
__version__ = "0.1.0"


def load() -> Language:
    """Return the whole spaCy pipeline: text in, claims in ``doc._.claims``.

    >>> nlp = load()
    >>> doc = nlp("DeepSeek trained V3 on 2,048 H800 GPUs.")
    >>> [(c.subject, c.predicate, c.value, c.chip, c.quote) for c in doc._.claims]
    [('V3', 'chip_count', 2048.0, 'H800', '2,048 H800 GPUs')]
    """
    # spaCy takes most of a second to import: nobody who only asks for --help should wait for it
    from extractor.pipeline import load as load_pipeline

    return load_pipeline()
