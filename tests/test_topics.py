"""Topics -> which entries are on them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import SourceError
from extractor.sources.web.records import Entry
from extractor.sources.web.topics import check_topic, is_on_topic

PLAIN = "https://news.example/7"


def title(text: str) -> Entry:
    return Entry(PLAIN, text)


@pytest.mark.parametrize(
    ("entry", "topic", "expected"),
    [
        pytest.param(title("Norwind opens a harbour"), "", True, id="no-topic"),
        pytest.param(title("Norwind opens a harbour"), "  , ", True, id="blank-topic"),
        pytest.param(title("Norwind buys 900 chips"), "chips", True, id="word"),
        pytest.param(title("Norwind buys 900 chips"), "CHIPS", True, id="case-of-topic"),
        pytest.param(title("STRASSE und Straße"), "strasse", True, id="case-folded"),
        pytest.param(title("Norwind buys a chip"), "chips", True, id="plural-topic-singular-text"),
        pytest.param(title("Norwind buys chips"), "chip", True, id="singular-topic-plural-text"),
        pytest.param(title("New factories"), "factory", True, id="plural-in-ies"),
        pytest.param(title("Two branches"), "branch", True, id="plural-in-es"),
        pytest.param(title("900 H100s arrive"), "H100", True, id="plural-of-a-product"),
        pytest.param(title("A chipset from Norwind"), "chip", False, id="not-part-of-a-word"),
        pytest.param(title("A microchip from Norwind"), "chip", False, id="not-the-end-of-a-word"),
        pytest.param(title("Its GPUs and TPUs"), "gpu", True, id="plural-of-an-abbreviation"),
        pytest.param(title("Its GPU"), "GPUs", True, id="plural-topic-of-an-abbreviation"),
        pytest.param(title("Two processes"), "process", True, id="plural-of-a-word-in-ss"),
        pytest.param(title("Three factories"), "factories", True, id="plural-both"),
        pytest.param(title("A factory"), "factories", True, id="plural-topic-in-ies"),
        pytest.param(title("A new model"), "news", False, id="news-is-no-plural"),
        pytest.param(title("A proces"), "process", False, id="ss-is-no-plural"),
        pytest.param(title("Ten daies later"), "day chip", False, id="no-plural-in-ies-behind-a-vowel"),
        pytest.param(title("Nvidia's quarter"), "nvidia", True, id="genitive"),
        pytest.param(title("Nvidia’s quarter"), "nvidia", True, id="genitive-curly"),
        pytest.param(title("A data centre in Kiel"), '"data centre"', True, id="phrase"),
        pytest.param(title("A data-centre in Kiel"), '"data centre"', True, id="phrase-with-hyphen"),
        pytest.param(title("Data centres in Kiel"), '"data centre"', True, id="phrase-plural"),
        pytest.param(title("Data on the centre of Kiel"), '"data centre"', False, id="phrase-words-apart"),
        pytest.param(title("The centre of data"), '"data centre"', False, id="phrase-other-order"),
        pytest.param(title("Data on the town"), "data centre", True, id="without-quotes-any-word"),
        pytest.param(Entry(PLAIN, "All the data", "Centre of town"), '"data centre"', False, id="phrase-over-parts"),
        pytest.param(title("GPT 5 is out"), "GPT-5", True, id="hyphen-makes-a-phrase"),
        pytest.param(title("GPT-50 is out"), "GPT-5", False, id="phrase-ends-with-its-word"),
        pytest.param(title("5 things on GPT"), "GPT-5", False, id="hyphen-is-no-two-words"),
        pytest.param(title("Llama 3.1 is out"), "3.1", True, id="number-with-point"),
        pytest.param(title("Harbour news"), "chips,harbour", True, id="comma"),
        pytest.param(title("Harbour news"), "“harbour news”", True, id="curly-quotes"),
        pytest.param(Entry(PLAIN, "", "It bought chips."), "chip", True, id="in-summary"),
        pytest.param(Entry("https://news.example/ai/norwind-buys-chips.html"), "chip", True, id="in-url"),
        pytest.param(Entry("https://news.example/story?title=data%20centre"), '"data centre"', True, id="in-query"),
        pytest.param(Entry("https://chips.example/7"), "chip", False, id="host-does-not-count"),
        pytest.param(title("Chips and crypto"), "chips -crypto", False, id="kept-out"),
        pytest.param(title("Chips and cement"), "chips -crypto", True, id="not-kept-out"),
        pytest.param(title("Cement"), "chips -crypto", False, id="neither"),
        pytest.param(title("Cement"), "-crypto", True, id="only-keeps-out"),
        pytest.param(title("Crypto"), "-crypto", False, id="only-keeps-out-this"),
        pytest.param(title("Chips: price target up"), 'chips -"price target"', False, id="phrase-kept-out"),
        pytest.param(title("Chips: target missed"), 'chips -"price target"', True, id="phrase-not-kept-out"),
        pytest.param(title("英伟达芯片涨价"), "芯片", True, id="script-without-blanks"),
        pytest.param(title("英伟达涨价"), "芯片", False, id="script-without-blanks-not"),
        pytest.param(title("Ｃｈｉｐｓ"), "chip", True, id="wide-letters"),
        pytest.param(Entry("http://[::1/x", "chips"), "chips", True, id="url-that-is-none"),
    ],
)
def test_entry_is_on_topic(entry: Entry, topic: str, expected: bool) -> None:
    assert is_on_topic(entry, topic) is expected


@pytest.mark.parametrize("topic", ["", "chips", '"data centre"', "-crypto", "chips -crypto", "AI, GPU, 芯片"])
def test_topic_is_taken(topic: str) -> None:
    check_topic(topic)


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        pytest.param('"data centre', "not closed", id="open-quote"),
        pytest.param("!!!", "match nothing", id="no-letters"),
        pytest.param('chips ""', "match nothing", id="empty-phrase"),
        pytest.param("chips -", "match nothing", id="lone-dash"),
        pytest.param("chip -chips", "keeps out all", id="in-and-out"),
        pytest.param('"data centre" -data', "keeps out all", id="phrase-and-its-word"),
    ],
)
def test_topic_is_refused(topic: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        check_topic(topic)


def test_one_way_in_is_enough() -> None:
    check_topic("chip -chips gpu")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_any_text_is_a_topic_or_refused(topic: str, words: str, link: str) -> None:
    entry = Entry(f"https://news.example/{link}", words)
    assert is_on_topic(entry, topic) in (True, False)
    try:
        check_topic(topic)
    except SourceError:
        return
    assert sum(map(topic.count, '"“”„')) % 2 == 0
