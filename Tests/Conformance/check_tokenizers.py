"""Compares Pacer's tokenizers with the tokenizers and sentencepiece packages on random Unicode strings.

Usage: check_tokenizers.py PACER FOLDER NAME=PLACE …
PLACE is a folder with tokenizer.json, a folder with vocab.json and merges.txt, or a SentencePiece model of the BPE kind without
rules for blanks, which Pacer gets as llama2.c's tokenizer.bin (for these, texts that spell a control token are left out:
SentencePiece never reads them as one); what is not there is named and passed over. 10,000 strings of all planes (letters of
many scripts, digits, marks that combine, blanks, emoji, control characters, stretches of English and code, spellings of special
tokens) must give the same ids, and a text of several megabytes must be cut at 5 MB/s at least, by one thread.
"""
import json
import pathlib
import random
import struct
import subprocess
import sys
import time

import sentencepiece
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import AutoTokenizer

COUNT = 10_000
LEAST_RATE = 5e6
RANGES = [
    (0x20, 0x7E, 30), (0x00, 0x1F, 2), (0xA0, 0x24F, 8), (0x300, 0x36F, 4), (0x370, 0x5FF, 6), (0x600, 0x6FF, 4),
    (0x900, 0xDFF, 4), (0x1100, 0x11FF, 2), (0x1E00, 0x20CF, 4), (0x2100, 0x2BFF, 4), (0x3000, 0x30FF, 4),
    (0x4E00, 0x9FFF, 6), (0xAC00, 0xD7A3, 3), (0xE000, 0xE0FF, 1), (0xF900, 0xFFEF, 3), (0x10000, 0x1F9FF, 6),
    (0x20000, 0x2A6DF, 1), (0xE0000, 0xE01EF, 1)]
PIECES = [
    " ", "  ", "\n", "\r\n", "\t", "\n\n  ", "the ", "I'll", "WE'RE", "don't", "12345", "3.14", "٣٤", "²³", "def f(x):\n    return x",
    "<|endoftext|>", "<|end|>", "<s>", "</s>", "<unk>", "<|user|>", "👩‍👩‍👧‍👦", "e\u0301", "ﬁ", "Å", "\u200b", "\ufeff", "▁", "Ġ", "...", "—", "你好"]


def random_text(generator):
    ranges, weights = zip(*[((low, high), weight) for low, high, weight in RANGES])
    text = []
    for _ in range(generator.randrange(1, 40)):
        if generator.random() < 0.3:
            text.append(generator.choice(PIECES))
        else:
            low, high = generator.choices(ranges, weights)[0]
            text.append(chr(generator.randint(low, high)) * (1 if generator.random() < 0.95 else generator.randrange(2, 9)))
    return "".join(text)


def as_llama2c(model, path):
    """The pieces and scores of a SentencePiece model in the form that llama2.c's tokenizer.py writes."""
    pieces = []
    for index in range(model.vocab_size()):
        text = model.id_to_piece(index)
        text = {model.bos_id(): "\n<s>\n", model.eos_id(): "\n</s>\n"}.get(index, text)
        pieces.append((text.replace("▁", " ").encode(), model.get_score(index)))
    with open(path, "wb") as file:
        file.write(struct.pack("I", max(len(text) for text, _ in pieces)))
        for text, score in pieces:
            file.write(struct.pack("fI", score, len(text)) + text)


def reference(place):
    """A function from texts to ids."""
    if (place / "tokenizer.json").exists():
        tokenizer = Tokenizer.from_file(str(place / "tokenizer.json"))
        return lambda texts: [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    tokenizer = byte_level(place)
    return lambda texts: [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]


def byte_level(place):
    """GPT-2's tokenizer from its two files: transformers itself would make the same parts of it."""
    names = ("vocab.json", "merges.txt") if (place / "vocab.json").exists() else ("encoder.json", "vocab.bpe")
    tokenizer = Tokenizer(models.BPE.from_file(*(str(place / name) for name in names)))
    if not (place / "tokenizer_config.json").exists():
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.add_special_tokens(["<|endoftext|>"])
        return tokenizer
    return AutoTokenizer.from_pretrained(place).backend_tokenizer


def write_lines(texts, path):
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")


def check(pacer, name, place, texts, lines, long_text):
    if place.is_file():
        model = sentencepiece.SentencePieceProcessor(model_file=str(place))
        place = lines.with_name(name + ".bin")
        as_llama2c(model, place)
        texts = [text for text in texts if not any(token in text for token in ("<s>", "</s>", "<unk>"))]
        lines = lines.with_name(name + ".jsonl")
        write_lines(texts, lines)
    output = subprocess.run(
        [pacer, "tokenize", str(place), "--lines", str(lines)], check=True, capture_output=True, text=True).stdout
    ours = [json.loads(line) for line in output.splitlines()]
    theirs = model.encode(texts) if place.is_file() else reference(place)(texts)
    different = [i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b]
    good = len(ours) == len(texts) and not different
    start = time.monotonic()
    subprocess.run([pacer, "tokenize", str(place), "--text", "a"], check=True, capture_output=True)
    middle = time.monotonic()
    subprocess.run([pacer, "tokenize", str(place), "--lines", str(long_text)], check=True, capture_output=True)
    rate = long_text.stat().st_size / max(time.monotonic() - middle - (middle - start), 1e-3)
    print(f"{name}: {len(texts) - len(different):,} of {len(texts):,} strings equal, {rate / 1e6:.0f} MB/s")
    for i in different[:3]:
        print(f"  {texts[i]!r}\n    ours   {ours[i]}\n    theirs {theirs[i]}")
    return good and rate >= LEAST_RATE


def main():
    pacer, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    generator = random.Random(1)
    texts = [random_text(generator) for _ in range(COUNT)]
    lines, long_text = folder / "strings.jsonl", folder / "long.jsonl"
    write_lines(texts, lines)
    words = "the old man and a small boat went 42 miles; \"Look,\" she said, it's running() away from us\n".split(" ")
    write_lines([" ".join(generator.choice(words) for _ in range(200)) for _ in range(8_000)], long_text)
    good = True
    for argument in sys.argv[3:]:
        name, place = argument.split("=", 1)
        if not pathlib.Path(place).exists():
            print(f"{name}: skipped, {place} is not there")
            continue
        good = check(pacer, name, pathlib.Path(place), texts, lines, long_text) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
