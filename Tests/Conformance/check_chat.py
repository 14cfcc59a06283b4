"""Compares `pacer data inspect … template=chat` with transformers' apply_chat_template: text, ids and, where a template
marks what the assistant says, its mask.

Usage: check_chat.py PACER FOLDER
Templates and tokenizers are those of PACER_DATA that have a chat template, and our own of Tests/Golden/chat_golden.py;
without PACER_DATA ours alone are compared.
"""
import json
import os
import pathlib
import subprocess
import sys

import jinja2
from transformers import PreTrainedTokenizerFast

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Golden"))
import chat_golden


def write(folder, template, tokens, tokenizer_json):
    """A model folder that has nothing but a tokenizer and a chat template."""
    folder.mkdir(parents=True)
    (folder / "tokenizer.json").write_text(tokenizer_json)
    (folder / "tokenizer_config.json").write_text(json.dumps({**tokens, "chat_template": template}))


def folders(work):
    """Name and folder of everything to compare."""
    trained = chat_golden.tokenizer().to_str()
    tokens = {"bos_token": "<|begin|>", "eos_token": "<|stop|>", "tokenizer_class": "PreTrainedTokenizerFast"}
    for name, template in chat_golden.TEMPLATES.items():
        for kind, source in (("marked", template), ("plain", chat_golden.plain(template))):
            # A clock would make the text of today: only a date that is given is compared.
            source = source.replace("strftime_now is defined", "false")
            write(work / name / kind, source, tokens, trained)
            yield f"{name} {kind}", work / name / kind
    data = os.environ.get("PACER_DATA")
    for config in sorted(pathlib.Path(data).glob("tokenizers/*/tokenizer_config.json")) if data else []:
        settings = json.loads(config.read_text())
        if not settings.get("chat_template"):
            continue
        own = config.parent / "tokenizer.json"
        folder = work / "data" / config.parent.name
        kept = {key: settings.get(key) for key in ("bos_token", "eos_token", "unk_token", "pad_token")}
        substitute = chat_golden.tokenizer()
        substitute.add_special_tokens([token for token in kept.values() if token])
        write(folder, settings["chat_template"], {**kept, "tokenizer_class": "PreTrainedTokenizerFast"},
              own.read_text() if own.exists() else substitute.to_str())
        yield config.parent.name, folder


def inspected(pacer, folder, file):
    answer = subprocess.run(
        [pacer, "data", "inspect", str(file), "--model", str(folder), "--json", "template=chat"], capture_output=True, text=True)
    return json.loads(answer.stdout)["sample"] if answer.returncode == 0 else answer.stderr.strip()


def check(pacer, name, folder, work):
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    tokens = {key: settings[key] for key in ("bos_token", "eos_token", "unk_token", "pad_token") if settings.get(key)}
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), **tokens)
    wrong, same, masked, refused = [], 0, 0, 0
    for talk, rows in chat_golden.CONVERSATIONS.items():
        chat = chat_golden.messages(rows)
        tools = [chat_golden.TOOL] if any("tool_calls" in message for message in chat) else None
        file = work / "talk.jsonl"
        file.write_text(json.dumps({"messages": chat, "tools": tools}) + "\n")
        ours = inspected(pacer, folder, file)
        marked = "generation" in settings["chat_template"].replace("add_generation_prompt", "")
        try:
            theirs = tokenizer.apply_chat_template(
                chat, chat_template=settings["chat_template"], tools=tools, return_dict=True, return_assistant_tokens_mask=marked)
            text = tokenizer.apply_chat_template(chat, chat_template=settings["chat_template"], tools=tools, tokenize=False)
        except (jinja2.TemplateError, TypeError, ValueError, LookupError):
            theirs = None
        if isinstance(ours, str):
            # Refusing a conversation that transformers renders is allowed for the mask's sake alone.
            fair = theirs is None or any(word in ours for word in ("cannot be told", "says nothing", "a mask of", "a mask without"))
            refused += 1
            if not fair:
                wrong.append(f"{talk}: {ours}")
            continue
        if theirs is None or ours["text"] != text or ours["tokens"] != theirs["input_ids"]:
            wrong.append(f"{talk}: another text or other ids")
            continue
        same += 1
        if marked:
            masked += 1
            mask = [bit == 1 for bit in theirs["assistant_masks"]]
            if ours["learnt"][1:] != mask[1:]:
                wrong.append(f"{talk}: another mask")
    print(f"{name}: {same} conversations agree, {masked} of them with masks, {refused} refused" + "".join(f"\n  WRONG {it}" for it in wrong))
    return not wrong and same > 0


def main():
    pacer, work = sys.argv[1], pathlib.Path(sys.argv[2])
    work.mkdir(parents=True)
    results = [check(pacer, name, folder, work) for name, folder in folders(work)]
    sys.exit(0 if results and all(results) else 1)


if __name__ == "__main__":
    main()
