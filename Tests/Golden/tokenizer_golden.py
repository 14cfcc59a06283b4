"""Makes Tests/Golden/tokenizer_golden.json: small tokenizers trained by Hugging Face tokenizers on text made here, with
what they encode a few hundred random texts to. Run: python Tests/Golden/tokenizer_golden.py (needs the tokenizers package)."""

import json
import pathlib
import random

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HEAD = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
TAIL = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = HEAD + r"\p{N}{1,3}" + TAIL
QWEN2 = HEAD + r"\p{N}" + TAIL


def corpus():
    """A few hundred sentences of a toy grammar, with numbers, code and other scripts."""
    rng = random.Random(11)
    nouns = "fox river engine teacher garden number mountain story window child train letter".split()
    verbs = "sees builds opens finds writes follows counts paints carries don't can't it's".split()
    adjectives = "quick quiet small green clever heavy strange happy früh café".split()
    documents = []
    for index in range(300):
        words = ["The", rng.choice(adjectives), rng.choice(nouns), rng.choice(verbs)]
        words += ["a", rng.choice(adjectives), rng.choice(nouns), rng.choice(["today.", "again!", "at night,"])]
        text = " ".join(words)
        if index % 5 == 0:
            text += f"\n\ndef add_{rng.randrange(9)}(x, y):\n    return x + {rng.randrange(10000)}\n"
        if index % 7 == 0:
            text += " Не так быстро, 世界 안녕 🙂🙂"
        documents.append(text)
    return documents


def random_texts(count):
    rng = random.Random(12)
    span = lambda first, last: [chr(code) for code in range(first, last)]
    pools = [
        span(32, 127), span(0, 33), list(" \n\t\r  \u00a0\u2003\u3000\u0085"), span(0xA0, 0x250),
        span(0x391, 0x3A2) + span(0x410, 0x450), span(0x905, 0x93A) + list("\u093e\u0940\u094d"),
        span(0x4E00, 0x4E40), span(0xAC00, 0xAC40), list("0123456789½²Ⅷ٣"),
        list("😀🦙\u200d\ufe0fé\u0301\u0308e\u0301ſK▁"), list("''''sSTtrevelLmMdDſ"),
        ["<|endoftext|>", "<|turn|>", "<s>", "</s>", "<unk>", "<0x0A>", "<pad> "],
        [" The", " quick", "fox", " river", "ing", "\n\n", "    ", " return", "don't", "WE'LL", "12345", "tea"],
    ]
    texts = ["", " ", "\n", "a", "<|turn|>", "  <|turn|>  x <pad>  tea teas", "tea <s>tea"]
    while len(texts) < count:
        chosen = rng.sample(pools, rng.randint(1, 4))
        texts.append("".join(rng.choice(rng.choice(chosen)) for _ in range(rng.randint(1, 30))))
    return texts


def byte_level(documents, size, pattern):
    tokenizer = Tokenizer(models.BPE())
    if pattern is None:
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(documents, trainers.BpeTrainer(
        vocab_size=size, min_frequency=2, show_progress=False, special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def sentencepiece_style(documents):
    """A vocabulary laid out as Llama 2's: three control tokens, 256 bytes, then merged pieces."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    ascii_only = ["".join(c for c in text if c.isascii() and c.isprintable()) for text in documents]
    trained.train_from_iterator(ascii_only, trainers.BpeTrainer(vocab_size=220, show_progress=False))
    model = json.loads(trained.to_str())["model"]
    vocab = {"<unk>": 0, "<s>": 1, "</s>": 2}
    vocab.update({f"<0x{byte:02X}>": 3 + byte for byte in range(256)})
    for token in sorted(model["vocab"], key=model["vocab"].get):
        vocab[token] = len(vocab)
    return vocab, [tuple(merge) for merge in model["merges"]]


def variants(documents):
    yield "gpt2", byte_level(documents, 420, None)

    llama3 = byte_level(documents, 400, LLAMA3)
    text = json.loads(llama3.to_str())
    text["model"]["ignore_merges"] = True
    text["model"]["vocab"]["ĠtheĠ"] = 400
    text["model"]["vocab"]["return"] = 401
    llama3 = Tokenizer.from_str(json.dumps(text))
    llama3.post_processor = processors.TemplateProcessing(
        single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", 0)])
    yield "llama3", llama3

    qwen2 = byte_level(documents, 400, QWEN2)
    qwen2.normalizer = normalizers.NFC()
    qwen2.add_special_tokens([AddedToken("<|turn|>", rstrip=True, normalized=False)])
    qwen2.add_tokens([
        AddedToken("<pad>", lstrip=True, rstrip=True, normalized=False),
        AddedToken("tea", single_word=True, normalized=True),
    ])
    yield "qwen2", qwen2

    vocab, merges = sentencepiece_style(documents)
    for name in ["llama2", "metaspace", "digits"]:
        fallback = name != "digits"
        tokenizer = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=fallback))
        if name == "llama2":
            tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
            tokenizer.decoder = decoders.Sequence([
                decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
            tokenizer.post_processor = processors.TemplateProcessing(
                single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)])
        elif name == "metaspace":
            tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
            tokenizer.decoder = decoders.Metaspace(prepend_scheme="first")
        else:
            tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
                pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.Metaspace(prepend_scheme="always", split=False)])
            tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
        tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
        yield name, tokenizer


def main():
    documents, texts = corpus(), random_texts(320)
    golden = {"made_by": "Tests/Golden/tokenizer_golden.py", "tokenizers": tokenizers.__version__}
    golden["documents"], golden["texts"], golden["variants"] = documents, texts, []
    for name, tokenizer in variants(documents):
        golden["variants"].append({
            "name": name,
            "tokenizer": json.loads(tokenizer.to_str()),
            "plain": [tokenizer.encode(text, add_special_tokens=False).ids for text in texts],
            "special": tokenizer.encode("The fox", add_special_tokens=True).ids,
            "decoded": [
                tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids, skip_special_tokens=True)
                for text in texts],
        })
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n")


main()
