"""Names of one thing become one entity; different versions, sizes and things never do."""

from __future__ import annotations

import pytest

from extractor.reconcile import resolve_claims, resolve_entity, resolve_subjects
from extractor.records import Claim
from extractor.schema import read_list

# first name, second name, the id of both
SAME = [
    ("GPT-4", "GPT4", "model:gpt-4"),
    ("GPT-4", "GPT 4", "model:gpt-4"),
    ("GPT-4", "OpenAI's GPT-4", "model:gpt-4"),
    ("GPT-4", "OpenAI’s GPT‑4 model", "model:gpt-4"),
    ("GPT-4", "the GPT-4 model", "model:gpt-4"),
    ("GPT-6", "OpenAI GPT 6", "model:gpt-6"),
    ("gpt-oss-120b", "GPT OSS 120B", "model:gpt-120b-oss"),
    ("DeepSeek-V3", "V3", "model:deepseek-v3"),
    ("DeepSeek-V3", "DeepSeek V3", "model:deepseek-v3"),
    ("DeepSeek-V3", "deepseek v3", "model:deepseek-v3"),
    ("DeepSeek-V3", "DeepSeek's V3 model", "model:deepseek-v3"),
    ("DeepSeek-V3.1", "V3.1", "model:deepseek-v3.1"),
    ("DeepSeek-V3-Base", "V3-Base", "model:deepseek-v3-base"),
    ("DeepSeek-V3-Base", "the V3 base model", "model:deepseek-v3-base"),
    ("DeepSeek-R1-Zero", "R1-Zero", "model:deepseek-r1-zero"),
    ("R1", "deepseek-ai/DeepSeek-R1", "model:deepseek-r1"),
    ("Kimi K2", "K2", "model:kimi-k2"),
    ("Kimi K2", "Moonshot's Kimi-K2", "model:kimi-k2"),
    ("Kimi K2.5", "K2.5", "model:kimi-k2.5"),
    ("MiniMax-M1", "M1", "model:minimax-m1"),
    ("Llama 3.1 405B", "Llama-3.1-405B", "model:llama-3.1-405b"),
    ("Llama 3.1 405B", "Meta's Llama 3.1 405B", "model:llama-3.1-405b"),
    ("Llama 3.1 405B", "meta-llama/Llama-3.1-405B", "model:llama-3.1-405b"),
    ("Llama 3", "Meta Llama 3", "model:llama-3"),
    ("Llama 4 Scout", "Scout", "model:llama-4-scout"),
    ("Llama 2", "LLaMA2", "model:llama-2"),
    ("Code Llama 70B", "CodeLlama-70B", "model:code-llama-70b"),
    ("Claude Opus 5", "Claude 5 Opus", "model:claude-5-opus"),
    ("Claude Opus 5", "Opus 5", "model:claude-5-opus"),
    ("Gemini 2.5 Pro", "Google DeepMind's Gemini 2.5 Pro", "model:gemini-2.5-pro"),
    ("Qwen3-235B-A22B", "Qwen 3 235B A22B", "model:qwen-3-235b-a22b"),
    ("Qwen3.7-480B-A35B", "Alibaba's Qwen3.7-480B-A35B", "model:qwen-3.7-480b-a35b"),
    ("Stable Diffusion 1.5", "Stable Diffusion v1.5", "model:stable-diffusion-1.5"),
    ("Stable Diffusion 1.5", "SD 1.5", "model:stable-diffusion-1.5"),
    ("Tülu 3", "Tulu 3", "model:tulu-3"),
    ("GLM-4.5-Air", "GLM 4.5 Air", "model:glm-4.5-air"),
    ("phi-2", "Phi 2", "model:phi-2"),
    ("o3", "OpenAI o3", "model:o3"),
    ("AlphaFold 2", "AlphaFold2", "model:alphafold-2"),
    ("Megatron-Turing NLG 530B", "MT-NLG 530B", "model:megatron-turing-nlg-530b"),
    ("Marlin-2", "Marlin 2", "model:marlin-2"),
    ("Marlin-2", "the Marlin 2 model", "model:marlin-2"),
    ("LFM2-8B-A1B", "LFM2 8B A1B", "model:lfm-2-8b-a1b"),
    ("H100", "H100s", "chip:h100"),
    ("H100", "Nvidia H100 GPUs", "chip:h100"),
    ("A100", "A100-SXM4-80GB", "chip:a100"),
    ("TPU v4", "TPUv4", "chip:tpu-v4"),
    ("Colossus", "xAI's Colossus supercomputer", "cluster:colossus"),
    ("Colossus 2", "Colossus II", "cluster:colossus-2"),
    ("Isambard-AI", "the Isambard AI supercomputer", "cluster:isambard-ai"),
    ("Abilene", "the Abilene campus", "cluster:abilene"),
    ("Fire-Flyer 2", "Fire-Flyer II", "cluster:fire-flyer-2"),
    ("OpenAI", "openai", "organisation:openai"),
    ("xAI", "x.AI", "organisation:xai"),
    ("Moonshot AI", "Moonshot", "organisation:moonshot-ai"),
    ("DeepSeek", "DeepSeek researchers", "organisation:deepseek"),
    ("Norwind", "norwind", "other:norwind"),
]

DIFFERENT = [
    ("GPT-4", "GPT-4o"),
    ("GPT-4", "GPT-4.5"),
    ("GPT-4", "GPT-4 Turbo"),
    ("GPT-4", "GPT-5"),
    ("GPT-4", "GPT"),
    ("GPT-2 (124M)", "GPT-2 (1.5B)"),
    ("GPT-4", "Llama 3 and GPT-4"),
    ("GPT-4", "the GPT-4 cluster"),
    ("o3", "o3-mini"),
    ("o1", "o3"),
    ("DeepSeek-V3", "DeepSeek-V2"),
    ("DeepSeek-V3", "DeepSeek-V3.1"),
    ("DeepSeek-V3", "DeepSeek-V3-Base"),
    ("DeepSeek-R1", "DeepSeek-R1-Zero"),
    ("DeepSeek-R1", "DeepSeek-R1-Distill-Qwen-14B"),
    ("DeepSeek-R1-Distill-Qwen-14B", "DeepSeek-R1-Distill-Llama-8B"),
    ("DeepSeek-V2", "DeepSeek-Coder-V2"),
    ("DeepSeek", "DeepSeek-V3"),
    ("DeepSeek", "the DeepSeek model"),
    ("DeepSeek", "the DeepSeek cluster"),
    ("Kimi K2", "Kimi K2.5"),
    ("Kimi K2", "Kimi K3"),
    ("MiniMax-M1", "MiniMax-M2"),
    ("M1", "Apple M1"),
    ("Llama 3", "Llama 3.1"),
    ("Llama 3.1", "Llama 3.1 405B"),
    ("Llama 3.1 405B", "Llama 3.1 70B"),
    ("Llama 2 70B", "Llama 3 70B"),
    ("Llama 3.1 8B", "Llama 3.1 8B Instruct"),
    ("Llama 3 70B", "Code Llama 70B"),
    ("Llama 4 Scout", "Llama 4 Maverick"),
    ("Claude Opus 5", "Claude Sonnet 5"),
    ("Claude Opus 4.5", "Claude Opus 4.6"),
    ("Gemini 2.5 Pro", "Gemini 2.5 Flash"),
    ("Qwen3-235B-A22B", "Qwen3-30B-A3B"),
    ("Qwen2.5-72B", "Qwen2-72B"),
    ("Qwen2.5-7B", "unsloth/Qwen2.5-7B-Instruct-bnb-4bit"),
    ("Mistral", "Mistral 7B"),
    ("Mistral 7B", "Mixtral 8x7B"),
    ("Falcon 40B", "Falcon 180B"),
    ("NVLM-D 72B", "NVLM-H 72B"),
    ("BLOOM", "BLOOMZ"),
    ("RT-1", "RT-2"),
    ("GAIA-1", "GAIA-2"),
    ("T5", "mT5"),
    ("phi-1", "phi-1.5"),
    ("Marlin-2", "Marlin-3"),
    ("Marlin-2", "Marlin"),
    ("Marlin-2", "Marlin-2 mini"),
    ("H100", "H200"),
    ("H100", "H800"),
    ("H100", "the H100 cluster"),
    ("MI250", "MI250X"),
    ("RTX 4090", "RTX 4090D"),
    ("A6000", "RTX 6000 Ada"),
    ("TPU v5e", "TPU v5p"),
    ("B200", "GB200"),
    ("Colossus", "Colossus 2"),
    ("Colossus 2", "Colossus 3"),
    ("Stargate", "Stargate UAE"),
    ("Condor Galaxy 1", "Condor Galaxy 3"),
    ("Isambard-AI", "Isambard 3"),
    ("Google", "Google DeepMind"),
    ("OpenAI", "OpenAI models"),
    ("OpenAI", "OpenAI & Anthropic"),
    ("Norwind", "Norwind Labs"),
]

NAMES = [
    ("gpt4", "GPT-4"),
    ("LLAMA-3.1-405b", "Llama 3.1 405B"),
    ("qwen 3 235b a22b", "Qwen3-235B-A22B"),
    ("qwen-72b", "Qwen-72B"),
    ("qwen2.5-vl", "Qwen2.5-VL"),
    ("V3.1", "DeepSeek-V3.1"),
    ("lfm2-24b-a2b", "LFM2-24B-A2B"),
    ("Opus 5", "Claude Opus 5"),
    ("gemini 2.5 pro", "Gemini 2.5 Pro"),
    ("Marlin-2 model", "Marlin-2"),
    ("isambard ai", "Isambard-AI"),
]

ANOTHER_KIND = [
    ("Titan supercomputer", "cluster"),
    ("Mistral models", "model"),
    ("Mistral", "organisation"),
    ("Trinity Mini", "model"),
    ("Ornith-1.0", "model"),
    ("Deutsche Telekom and NVIDIA", "other"),
    ("Norwind 2 cluster", "other"),
    ("models", "other"),
]


def claim(subject: str, article: str = "a") -> Claim:
    return Claim(
        id="c", article_id=article, predicate="parameters", value=1.0, unit="parameters", value_text="1B", start=0,
        end=2, quote="1B", sentence_start=0, sentence_end=2, rule="r", subject=subject,
    )  # fmt: skip


@pytest.mark.parametrize(("first", "second", "expected"), SAME, ids=[f"{a}={b}" for a, b, _ in SAME])
def test_names_of_one_thing_are_one_entity(first: str, second: str, expected: str) -> None:
    one, two = resolve_entity(first), resolve_entity(second)
    assert one is not None
    assert two is not None
    assert (one.id, two.id) == (expected, expected)
    assert one == two


@pytest.mark.parametrize(("first", "second"), DIFFERENT, ids=[f"{a}|{b}" for a, b in DIFFERENT])
def test_names_of_two_things_are_two_entities(first: str, second: str) -> None:
    one, two = resolve_entity(first), resolve_entity(second)
    assert one is not None
    assert two is not None
    assert one.id != two.id


@pytest.mark.parametrize(("written", "expected"), NAMES, ids=[name for name, _ in NAMES])
def test_entity_is_shown_as_its_maker_writes_it(written: str, expected: str) -> None:
    entity = resolve_entity(written)
    assert entity is not None
    assert entity.name == expected


@pytest.mark.parametrize(("written", "expected"), ANOTHER_KIND, ids=[name for name, _ in ANOTHER_KIND])
def test_entity_kind(written: str, expected: str) -> None:
    entity = resolve_entity(written)
    assert entity is not None
    assert entity.kind == expected


@pytest.mark.parametrize("name", ["", "  ", "?"], ids=["empty", "blank", "sign"])
def test_no_name_is_no_entity(name: str) -> None:
    assert resolve_entity(name) is None


@pytest.mark.parametrize("list_name", ["chips", "clusters", "models", "organisations"])
def test_names_of_a_list_stay_apart(list_name: str) -> None:
    """Each row's name has an id of its own, but for models that are a version of another row's family."""
    rows = [row["name"] for row in read_list(list_name) if not row.get("short_for")]
    kind = {"chips": "chip", "clusters": "cluster", "models": "model", "organisations": "organisation"}[list_name]
    owners: dict[str, list[str]] = {}
    for name in rows:
        entity = resolve_entity(f"{name} {'model' if kind == 'model' else ''}".strip())
        assert entity is not None
        if entity.kind == kind:
            owners.setdefault(entity.id, []).append(name)
    assert {ident: names for ident, names in owners.items() if len(names) > 1} == {}
    assert len(owners) > 0.9 * len(rows)


# subjects of one article, and the ids that its claims get
ARTICLES = [
    ("names", ["DeepSeek", "V3", "DeepSeek-V3"], ["organisation:deepseek", "model:deepseek-v3", "model:deepseek-v3"]),
    ("short-name", ["Marlin-2 Flash", "Flash"], ["model:marlin-2-flash", "model:marlin-2-flash"]),
    ("two-longer-names", ["Marlin-2 Flash", "Petrel-2 Flash", "Flash"], [
        "model:marlin-2-flash", "model:petrel-2-flash", "other:flash",
    ]),
    ("size-is-no-name", ["Marlin-2 70B", "70B"], ["model:marlin-2-70b", "other:70b"]),
    ("family-is-not-version", ["Marlin", "Marlin-2"], ["other:marlin", "model:marlin-2"]),
    ("descriptions", ["smaller models", "The next one", "Alibaba’s base model", ""], ["", "", "", ""]),
    ("descriptions-that-name", ["seven open GPT models", "successor to PaLM", "site in Abu Dhabi"], ["", "", ""]),
    ("lower-case-names", ["llama", "phi-2"], ["model:llama", "model:phi-2"]),
]  # fmt: skip


@pytest.mark.parametrize(("subjects", "expected"), [row[1:] for row in ARTICLES], ids=[row[0] for row in ARTICLES])
def test_claims_of_an_article_get_their_subjects(subjects: list[str], expected: list[str]) -> None:
    claims = [claim(subject) for subject in subjects]
    resolved, _ = resolve_claims(claims)
    assert [c.subject_id for c in resolved] == expected
    assert [c.subject for c in resolved] == subjects, "the subject stays as the text names it"
    assert [c.subject_id for c in claims] == [""] * len(claims), "the claims given are not changed"
    assert [entity.id if entity else "" for entity in resolve_subjects(claims)] == expected


def test_short_name_is_not_lengthened_by_another_article() -> None:
    resolved, _ = resolve_claims([claim("Marlin-2 Flash", "a"), claim("Flash", "b")])
    assert [c.subject_id for c in resolved] == ["model:marlin-2-flash", "other:flash"]


def test_no_claims_no_subjects() -> None:
    assert resolve_claims([]) == ([], [])


ODD = [
    "-", "/", "a/", "/b", "V", "V.", "3", "...", "model", "the", "GPT-", "GPT--4", "Ⅳ", "ﬁne-2", "模型 2", "🤖", "C++",
    "A/B/C", "(V3)", "V3)", "x.", "'", "’s", "GPT-4\u2028", "models models", "H100s chips",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_odd_name_gives_a_well_formed_entity_or_none(name: str) -> None:
    entity = resolve_entity(name)
    if entity is not None:
        kind, _, slug = entity.id.partition(":")
        assert kind == entity.kind
        assert slug.split() == [slug], "an id holds no blank and is not empty"
        assert resolve_entity(f"  {name}\t") == entity
