"""The command line: parse, call one function, print.

stdout is data, stderr is messages. Exit codes: 0 done, 1 failed or partly failed (listed on stderr), 2 wrong usage.
spaCy, trafilatura, Datasette, sqlite-utils and rich are imported inside the commands that need them: together they take
seconds, and nobody who asks for ``--help`` should wait for them.
"""

from __future__ import annotations

from extractor.cli.asking import claims, doctor, failures, rules, why
from extractor.cli.explaining import explain
from extractor.cli.following import fetch, sources
from extractor.cli.groups import main
from extractor.cli.measuring import evaluate
from extractor.cli.publishing import publish
from extractor.cli.reading import annotate, extract, ingest, read
from extractor.cli.reviewing import review, reviews
from extractor.cli.serving import serve

__all__ = ["main"]

for command in (
    ingest, sources, fetch, extract, read, annotate, claims, why, review, reviews, explain, evaluate, failures, doctor,
    serve, publish, rules,
):  # fmt: skip
    main.add_command(command)
main.set_default_command(explain)
