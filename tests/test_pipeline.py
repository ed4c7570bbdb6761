"""The stages of the pipeline on sentences written for this file: from raw text to sentences, mentions and subjects."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest
import spacy

import extractor
from extractor.gate import may_hold_claims
from extractor.pipeline import read_claims
from extractor.pipeline.lexicon import split_runs
from extractor.pipeline.markup import blank_markup
from extractor.pipeline.mentions import find_mentions
from extractor.pipeline.sentences import split_sentences
from extractor.pipeline.tokens import WordTokenizer
from extractor.records import Claim, Document
from extractor.schema import load_predicates

DEV = Path(__file__).parent.parent.parent / "shared" / "eval" / "dev"
DEV_SETS = [path for name in ("corpus", "news", "ainews", "epoch") if (path := DEV / f"{name}.jsonl").is_file()]


def read(text: str, title: str = "", context: str = "") -> list[Claim]:
    return read_claims(Document(id="doc", text=text, title=title, context=context))


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("trained for **$7m**", "trained for   $7m  "),
        ("[some $7m](https://a.example/x_(y))", " some $7m                          "),
        ("`2.4T` total", " 2.4T  total"),
        ("2 * 3 and 1.2*10^24 stay", "2 * 3 and 1.2*10^24 stay"),
        ("&gt;100 GPUs &amp; more", ">   100 GPUs &     more"),
        ("<li>one</li><li>two", "\n   one\n    \n   two"),
        ("see https://a.example/405B!", "see                        "),
        ("“Meta’s”", '"Meta\'s"'),
        ("x_ray snake_case", "x_ray snake_case"),
    ],
)
def test_markup_is_blanked_to_the_same_length(text: str, blanked: str) -> None:
    assert blank_markup(text) == blanked
    assert len(blank_markup(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Oda said so. It cost $5.6m. Fine.", ["Mr. Oda said so.", "It cost $5.6m.", "Fine."]),
        ("Made in the U.S. by J. Ruiz of Acme Inc. for all.", ["Made in the U.S. by J. Ruiz of Acme Inc. for all."]),
        ("“It ran.” She left.", ["“It ran.”", "She left."]),
        ("Version 3.1 of 2.5 million. 512 chips ran.", ["Version 3.1 of 2.5 million.", "512 chips ran."]),
        ("one line\nanother line", ["one line", "another line"]),
        ("- first item\n- second", ["- first item", "- second"]),
        ("", []),
        ("  \n\n ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [text[s.start : s.end] for s in split_sentences(blank_markup(text))] == expected


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("How it was made", "heading"),
        ("5. Marlin (2023)", "heading"),
        ("## Costs", "heading"),
        ("- 512 chips of the older kind, all in one hall and all of them in use.", "item"),
        ("Model | Parameters | Tokens", "row"),
        ("It took nine days on sixteen chips.", "prose"),
    ],
)
def test_sentences_know_what_kind_of_line_they_stand_in(line: str, kind: str) -> None:
    assert [s.kind for s in split_sentences(line)] == [kind]


def test_sentences_stand_under_their_heading() -> None:
    text = "Costs\n\nIt was cheap.\n\nChips\n\nThere were few."
    assert [s.section for s in split_sentences(text)] == [0, 0, 2, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4xH200", ["4", "x", "h", "200"]),
        ("TPUv4, TPU v4", ["tpu", "v", "4", "tpu", "v", "4"]),
        ("Qwen3.7-480B", ["qwen", "3", "7", "480", "b"]),
    ],
)
def test_runs_are_the_same_however_a_name_is_joined(text: str, expected: list[str]) -> None:
    assert split_runs(text).words == expected


@pytest.mark.parametrize(
    ("text", "kind", "written", "name"),
    [
        ("It used H100-80GB cards.", "CHIP", "H100-80GB", "H100"),
        ("on 512 A100 80GB GPUs", "CHIP", "A100 80GB", "A100"),
        ("eight 80GB A100s", "CHIP", "80GB A100s", "A100"),
        ("16×H100 in one box", "CHIP", "H100", "H100"),
        ("48 TPUv5e chips", "CHIP", "TPUv5e", "TPU v5e"),
        ("560 DGX H100 servers", "CHIP", "DGX H100", "H100"),
        ("GB300 NVL72 racks", "CHIP", "GB300 NVL72", "GB300"),
        ("5,448 GH200 Grace Hopper superchips", "CHIP", "GH200 Grace Hopper superchips", "GH200"),
        ("Qwen3.7-480B-A35B is out.", "MODEL", "Qwen3.7-480B-A35B", "Qwen3.7-480B-A35B"),
        ("GPT-6 is next.", "MODEL", "GPT-6", "GPT-6"),
        ("Claude Opus 7 is next.", "MODEL", "Claude Opus 7", "Claude Opus 7"),
        ("Llama 3.1 405B took long.", "MODEL", "Llama 3.1 405B", "Llama 3.1 405B"),
        ("Falcon 180B was trained.", "MODEL", "Falcon 180B", "Falcon 180B"),
        ("Mistral rented machines.", "ORG", "Mistral", "Mistral AI"),
        ("DeepSeek said so.", "ORG", "DeepSeek", "DeepSeek"),
        ("The lab released Quillon, a model with 2B parameters.", "MODEL", "Quillon", "Quillon"),
        ("a model called Brisk-2 came out", "MODEL", "Brisk-2", "Brisk-2"),
        ("It was trained with RLHF.", "TECHNIQUE", "RLHF", "RLHF"),
        ("a 26B-A3B design", "ACTIVE", "A3B", "A3B"),
        ("2.788 million H800 GPU hours", "CHIPHOURS", "2.788 million H800 GPU hours", "2.788 million H800 GPU hours"),
    ],
)
def test_mentions_are_found_with_their_canonical_names(text: str, kind: str, written: str, name: str) -> None:
    found = [(m.kind, text[m.start : m.end], m.name) for m in find_mentions(blank_markup(text))]
    assert (kind, written, name) in found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The falcon flew over the solar farm.", "MODEL"),
        ("GPT-3 25,000 times over", "COUNT"),
        ("They rest on Monday.", "TECHNIQUE"),
        ("A titan of industry spoke.", "MODEL"),
    ],
)
def test_mentions_are_not_found_in_ordinary_words(text: str, kind: str) -> None:
    assert kind not in [m.kind for m in find_mentions(text)]


def test_mentions_do_not_overlap() -> None:
    text = "On 512 Nvidia H100-80GB GPUs, Qwen3-14B took 2.1M H100 GPU hours and $4.2m for 14.8T tokens (7B, 26B-A3B)."
    mentions = find_mentions(text)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


@pytest.mark.parametrize(
    ("text", "quote", "subject"),
    [
        ("Marlin-2, a model, beat GPT-4. It took 19 days on 64 A100s.", "19 days", "Marlin-2"),
        ("Unlike GPT-3, Llama 2 was trained on 2 trillion tokens.", "2 trillion tokens", "Llama 2"),
        ("Llama 3 saw 15 trillion tokens, far more than Llama 2.", "15 trillion tokens", "Llama 3"),
        ("Oracle is building a 1.2 GW campus in Abilene.", "1.2 GW", "Oracle"),
        ("The sum covers $202,000 spent on training R1-Zero.", "$202,000", "R1-Zero"),
        ("xAI bought 100,000 Nvidia GPUs.", "100,000 Nvidia GPUs", "xAI"),
        ("Phi-3 builds on Phi-2, which has 2.7 billion parameters.", "2.7 billion parameters", "Phi-2"),
        ("Qwen2.5-VL was fine-tuned from Qwen2.5. It was trained for 12 days.", "12 days", "Qwen2.5-VL"),
        ("It cost $9m to train.", "$9m", ""),
        ("R1 is out. Kim Oh, chief executive of OpenAI, said training such models cost $90m.", "$90m", "OpenAI"),
        ("The lab trained: it took Gemma 3 as the base for its compact variants.", "Gemma 3", "compact variants"),
        ("The lab took Mistral 7B as the base for distilled versions of R1.", "Mistral 7B", ""),
        ("The lab trained: it took Gemma 3 as the base for Marlin-2.", "Gemma 3", "Marlin-2"),
    ],
)
def test_subjects_are_what_the_sentence_is_about(text: str, quote: str, subject: str) -> None:
    assert [c.subject for c in read(text) if c.quote == quote] == [subject]


def test_subjects_may_stand_in_the_heading_or_above() -> None:
    listed = read(
        "1. Gopher (2021)\n\n300 billion tokens, 4,096 TPUv3 chips, 920 hours.\n\n2. OPT-175B (2022)\n\n992 A100s."
    )
    assert {(c.subject, c.quote) for c in listed} >= {("Gopher", "920 hours"), ("OPT-175B", "992 A100s")}
    assert [c.subject for c in read("- Trained on 9T tokens.", context="Grok 5 is out")] == ["Grok 5"]


def test_subjects_named_in_one_breath_get_a_claim_each() -> None:
    claims = read("Trinity Nano (6B-A1B) and Trinity Mini (26B-A3B) were trained on 10T tokens.")
    assert {c.subject for c in claims if c.predicate == "training_tokens"} == {"Trinity Nano", "Trinity Mini"}
    assert {(c.subject, c.quote) for c in claims if c.predicate == "active_parameters"} == {
        ("Trinity Nano", "A1B"),
        ("Trinity Mini", "A3B"),
    }


TABLE = (
    "Model | Developer | Parameters | Estimated training cost (US dollars) | Tokens (trillions)\n\n"
    "Marlin-2 | Norwind | 65m to 213m | 670 | 1.4\n\nMarlin-3 | Norwind | 70bn | $4.3m | n/a"
)


def test_tables_are_read_by_the_heads_of_their_columns() -> None:
    found = {
        (c.subject, c.predicate, c.value, c.high, c.modality) for c in read(f"Norwind trained two models.\n\n{TABLE}")
    }
    assert found == {
        ("Marlin-2", "parameters", 65e6, 213e6, "asserted"),
        ("Marlin-2", "training_cost", 670.0, None, "estimated"),
        ("Marlin-2", "training_tokens", 1.4e12, None, "asserted"),
        ("Marlin-3", "parameters", 70e9, None, "asserted"),
        ("Marlin-3", "training_cost", 4.3e6, None, "estimated"),
    }


def test_tables_of_other_things_give_no_claim() -> None:
    assert (
        read(
            "The model is out.\n\nModel | Context | Price per 1M tokens\n\nMarlin-2 | 128K | $3\n\nMarlin-3 | 1M | $15"
        )
        == []
    )


@pytest.mark.parametrize("predicate", load_predicates().values(), ids=lambda p: p.name)
def test_predicates_have_an_example_that_is_read(predicate: object) -> None:
    example = predicate.example  # type: ignore[attr-defined]
    claims = [c.as_dict() for c in read(example["text"])]
    wanted = example["claim"]
    assert any(all(c[key] == value for key, value in wanted.items()) for c in claims), claims


def test_claims_quote_the_document_to_the_character() -> None:
    text = "**Marlin-2** was trained on [2,048 H800s](https://a.example/2) for `about $5.6m` — “cheap”, said Norwind."
    claims = read(text, title="Marlin-2: 671B parameters for little money")
    assert {c.part for c in claims} == {"text", "title"}
    for claim in claims:
        part = text if claim.part == "text" else "Marlin-2: 671B parameters for little money"
        assert part[claim.start : claim.end] == claim.quote
        assert claim.sentence_start <= claim.start < claim.end <= claim.sentence_end
        assert {e.role for e in claim.evidence} >= {"value"}


def test_claims_have_ids_that_differ_and_stay() -> None:
    text = "Marlin-2 cost $5m to train. Marlin-3 cost $5m to train, too."
    first, again = read(text), read("A new first sentence. " + text)
    assert len({c.id for c in first}) == len(first) == 2
    assert [c.id for c in first] == [c.id for c in again]


@pytest.mark.skipif(not DEV_SETS, reason="the development sets are not here")
@pytest.mark.parametrize("path", DEV_SETS, ids=lambda p: p.stem)
def test_gate_loses_no_gold_claim(path: Path) -> None:
    lost = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        stated = row.get("claims") or row.get("facts")
        if stated and not may_hold_claims(row["text"], row.get("title") or ""):
            lost.append(row["id"])
    assert lost == []


def test_gate_stops_ordinary_news() -> None:
    assert not may_hold_claims(
        "The council met on Tuesday. The mayor spoke for 20 minutes about the new bridge and its $4m roof."
    )


def test_tokenizer_keeps_every_character() -> None:
    tokenizer = WordTokenizer(spacy.blank("en").vocab)
    rng = random.Random(7)
    for _ in range(2000):
        text = "".join(rng.choice(" a1_\n\t\u00a0.$é—\u0301😀") for _ in range(rng.randint(0, 14)))
        assert tokenizer(text).text == text


def test_pipeline_leaves_mentions_and_claims_on_the_doc() -> None:
    doc = extractor.load()("DeepSeek trained V3 on 2,048 H800 GPUs.")
    assert [(c.subject, c.predicate, c.value) for c in doc._.claims] == [("V3", "chip_count", 2048.0)]
    assert ("CHIP", "H800") in [(span.label_, span.text) for span in doc.spans["mentions"]]


def test_components_work_in_another_pipeline() -> None:
    nlp = spacy.blank("en")
    for name in ("sentences", "mentions", "claims", "context", "subjects"):
        nlp.add_pipe(f"ainews_{name}")
    ours = read("GPT-3 was trained on 300 billion tokens and 10,000 V100s.")
    theirs = nlp("GPT-3 was trained on 300 billion tokens and 10,000 V100s.")._.claims
    assert [(c.predicate, c.quote) for c in theirs] == [(c.predicate, c.quote) for c in ours] != []


def test_technique_that_a_heading_has_for_its_topic_is_claimed_once() -> None:
    text = "Model distillation and its data\n\nThe lab made Phi-3 by distillation from GPT-4."
    found = [c.quote for c in read_claims(Document(id="x", text=text)) if c.predicate == "technique"]
    assert found == ["distillation"]
