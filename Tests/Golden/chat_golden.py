"""Makes Tests/Golden/chat_golden.json: chat templates of our own in the styles of published ones, conversations rendered
with them by transformers, and assistant masks. The masks are those of templates with {% generation %}; the same template
without it is what Pacer must find the mask for by itself.
Run: python Tests/Golden/chat_golden.py (needs transformers, jinja2 and tokenizers)."""

import datetime
import json
import pathlib
import re

import jinja2
import tokenizers
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
from transformers.utils import chat_template_utils

NOW = datetime.datetime(2024, 7, 26, 9, 5, 3)


class FixedDateTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


chat_template_utils.datetime = FixedDateTime

SPECIAL = ["<|begin|>", "<|stop|>", "<|turn|>", "<|end|>", "<|head|>", "<|text|>", "<|user|>", "<|assistant|>", "<|system|>", "<|tool|>"]

# Marks of generation stand inline, so that the template without them differs in nothing else.
TEMPLATES = {
    # Marks around every message, as ChatML has them.
    "turns": "{% for message in messages %}{{ '<|turn|>' + message['role'] + '\n' }}{% if message['role'] == 'assistant' %}"
    "{% generation %}{{ message['content'] + '<|end|>\n' }}{% endgeneration %}{% else %}{{ message['content'] + '<|end|>' + '\n' }}"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|turn|>assistant\n' }}{% endif %}",
    # A begin of text, heads with the role, trimmed contents, the date, tools in the system message: the style of Llama 3.
    "heads": r"""{{- bos_token }}
{%- if not date is defined %}{% if strftime_now is defined %}{% set date = strftime_now("%d %b %Y") %}{% else %}{% set date = "1 Jan 2024" %}{% endif %}{% endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system = "" %}
{%- endif %}
{{- "<|head|>system<|text|>\n\nToday: " + date + "\n\n" }}
{%- if tools is not none %}
    {{- "You may call:\n" }}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\n\n" }}
    {%- endfor %}
{%- endif %}
{{- system }}{{- "<|end|>" }}
{%- for message in messages %}
    {%- if message.role == 'tool' or 'tool_calls' in message %}
        {%- if message.role == 'tool' %}
            {{- "<|head|>tool<|text|>\n\n" }}{{ message.content | tojson if message.content is mapping or message.content is iterable else message.content }}{{- "<|end|>" }}
        {%- elif message.tool_calls|length != 1 %}
            {{- raise_exception("One call at a time, please") }}
        {%- else %}
            {%- set tool_call = message.tool_calls[0].function %}
            {{- '<|head|>assistant<|text|>\n\n' }}{% generation %}{{- '{"name": "' + tool_call.name + '", ' }}{{- '"parameters": ' }}{{- tool_call.arguments | tojson }}{{- "}" }}{{- "<|end|>" }}{% endgeneration %}
        {%- endif %}
    {%- elif message['role'] == 'assistant' %}
        {{- '<|head|>assistant<|text|>\n\n' }}{% generation %}{{ message['content'] | trim + '<|end|>' }}{% endgeneration %}
    {%- else %}
        {{- '<|head|>' + message['role'] + '<|text|>\n\n'+ message['content'] | trim + '<|end|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|head|>assistant<|text|>\n\n' }}
{%- endif %}
""",
    # A system message of its own, tools as lines of JSON, answers of tools in turns of the user: the style of Qwen 2.5.
    "tools": r"""{%- if tools %}
    {{- '<|turn|>system\n' }}
    {%- if messages[0]['role'] == 'system' %}{{- messages[0]['content'] }}{%- else %}{{- 'Help.' }}{%- endif %}
    {{- "\n\nTools:\n<tools>" }}
    {%- for tool in tools %}
        {{- "\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\n</tools>{\"name\": <name>}<|end|>\n" }}
{%- elif messages[0]['role'] == 'system' %}
    {{- '<|turn|>system\n' + messages[0]['content'] + '<|end|>\n' }}
{%- else %}
    {{- '<|turn|>system\nHelp.<|end|>\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|turn|>' + message.role + '\n' + message.content + '<|end|>' + '\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|turn|>assistant\n' }}{% generation %}
        {%- if message.content %}{{- message.content }}{%- endif %}
        {%- for tool_call in message.tool_calls or [] %}
            {%- if tool_call.function is defined %}{%- set tool_call = tool_call.function %}{%- endif %}
            {{- '\n<call>\n{"name": "' }}{{- tool_call.name }}{{- '", "arguments": ' }}
            {{- tool_call.arguments if tool_call.arguments is string else tool_call.arguments | tojson }}
            {{- '}\n</call>' }}
        {%- endfor %}
        {{- '<|end|>\n' }}{% endgeneration %}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}{{- '<|turn|>user' }}{%- endif %}
        {{- '\n<response>\n' }}{{- message.content }}{{- '\n</response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}{{- '<|end|>\n' }}{%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|turn|>assistant\n' }}{%- endif %}""",
    # Thoughts that only the turns after the last question keep, and a switch for them: the style of Qwen 3.
    "thoughts": r"""{%- set ns = namespace(multi_step=true, last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step and message.role == "user" and not (message.content.startswith('<response>') and message.content.endswith('</response>')) %}
        {%- set ns.multi_step = false %}{%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- set content = message.content if message.content is string else '' %}
    {%- if message.role == "assistant" %}
        {%- set thought = '' %}
        {%- if message.reasoning_content is string %}
            {%- set thought = message.reasoning_content %}
        {%- elif '</think>' in content %}
            {%- set thought = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\n') %}
        {%- endif %}
        {{- '<|turn|>assistant\n' }}{% generation %}
        {%- if loop.index0 > ns.last and (loop.last or thought) %}
            {{- '<think>\n' + thought.strip('\n') + '\n</think>\n\n' + content.lstrip('\n') }}
        {%- else %}{{- content }}{%- endif %}
        {{- '<|end|>\n' }}{% endgeneration %}
    {%- else %}
        {{- '<|turn|>' + message.role + '\n' + content + '<|end|>\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|turn|>assistant\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\n\n</think>\n\n' }}{%- endif %}
{%- endif %}""",
    # A token for every role, and an end of text behind conversations that nobody is to go on with: the style of Phi 3.
    "roles": "{% for message in messages %}{% if message['role'] == 'system' %}{{ '<|system|>\n' + message['content'] + '<|end|>\n' }}"
    "{% elif message['role'] == 'user' %}{{ '<|user|>\n' + message['content'] + '<|end|>\n' }}{% elif message['role'] == 'assistant' %}"
    "{{ '<|assistant|>\n' }}{% generation %}{{ message['content'] + '<|end|>\n' }}{% endgeneration %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{% generation %}{{ eos_token }}{% endgeneration %}{% endif %}",
    # Questions in brackets, roles that must alternate, the system message before the first question: the style of Mistral.
    "brackets": r"""{%- if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] + '\n\n' %}{% set rest = messages[1:] %}{% else %}{% set system = '' %}{% set rest = messages %}{% endif %}
{{- bos_token }}
{%- for message in rest %}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('Roles must alternate user/assistant/user/assistant/...') }}
    {%- endif %}
    {%- if message['role'] == 'user' %}
        {{- '[ASK] ' ~ (system if loop.first else '') ~ message['content'] ~ ' [/ASK]' }}
    {%- elif message['role'] == 'assistant' %}
        {%- generation %}{{- ' ' + message['content']|trim + eos_token }}{% endgeneration -%}
    {%- else %}
        {{- raise_exception('Only user and assistant roles are supported!') }}
    {%- endif %}
{%- endfor %}
""",
    # Macros that describe the tools as code, contents in parts.
    "macros": r"""{%- macro kind(spec, required=false) -%}
    {%- if spec is not mapping -%}any
    {%- elif spec.type == 'object' -%}
        {{- '{' -}}
        {%- for name, inner in (spec.properties or {})|dictsort -%}
            {{- name -}}{{- '' if name in (spec.required or []) else '?' -}}: {{ kind(inner) -}}
            {%- if not loop.last %}, {% endif -%}
        {%- endfor -%}
        {{- '}' -}}
    {%- elif spec.type == 'array' -%}{{ kind(spec['items']) }}[]
    {%- elif spec.enum is defined -%}{{ spec.enum | map('tojson') | join(' | ') }}
    {%- elif spec.type is string -%}{{ spec.type }}
    {%- else -%}{{ spec.type | select('string') | reject('equalto', 'null') | join('|') }}{% if 'null' in spec.type %}|null{% endif %}
    {%- endif -%}
{%- endmacro -%}
{%- macro say(content) -%}
    {%- if content is string -%}{{ content }}
    {%- else -%}
        {%- for part in content if part.type == 'text' or part.type == 'image' -%}
            {%- if part.type == 'image' %}<image>{% else %}{{ part.text }}{% endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- if tools %}<|turn|>developer
{% for tool in tools %}
{%- set f = tool.function %}
// {{ f.description | default('no description') | replace('\n', ' ') }}
type {{ f.name | upper }} = (_: {{ kind(f.parameters) }}) => any;
{% endfor %}<|end|>
{% endif %}
{%- for message in messages %}<|turn|>{{ message.role | capitalize }}
{% if message.role == 'assistant' %}{% generation %}{{ say(message.content) }}{% for call in message.tool_calls | default([], true) %}{% set a = call.function.arguments %} {{ call.function.name }}({% if a is mapping %}{% for k, v in a.items() %}{{ k }}={{ v }}{{ ', ' if not loop.last }}{% endfor %}{% else %}{{ a }}{% endif %}){% endfor %}<|end|>{{ '\n' }}{% endgeneration %}{% else %}{{ say(message.content) }}<|end|>{{ '\n' }}{% endif %}{% endfor %}
{%- if add_generation_prompt %}<|turn|>Assistant
{% endif %}""",
}

TOOL = {
    "type": "function",
    "function": {
        "name": "weather", "description": "Weather \"now\" in <city>, für alle\nevery hour",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "The city"}, "unit": {"type": "string", "enum": ["c", "f"]},
                "days": {"type": "array", "items": {"type": ["integer", "null"]}}, "place": {"type": "object", "properties": {"x": {"type": "number"}}},
            },
            "required": ["city"],
        },
    },
}


def call(arguments):
    return {"type": "function", "function": {"name": "weather", "arguments": arguments}}


CONVERSATIONS = {
    "one": [["user", "Hi"]],
    "system": [["system", "Be brief. "], ["user", " Hi there \n"], ["assistant", "Hello! 世界 🙂"], ["user", "Bye"]],
    "many": [["user", "What is 1 + 1?"], ["assistant", "Two."], ["user", "And 2 + 2?"], ["assistant", "Four, é e\u0301."]],
    "blanks": [["user", "A"], ["assistant", "B  \n"], ["user", "  C"], ["assistant", "D\n\n"]],
    "empty": [["user", ""], ["assistant", ""], ["user", "x"], ["assistant", "y"]],
    "thought": [["user", "A"], ["assistant", "<think>\nhm\n</think>\n\nB"], ["user", "C"], ["assistant", "<think>\nwhy\n</think>\n\nD"]],
    "reasoning": [["user", "A"], ["assistant", "B", {"reasoning_content": "one "}], ["user", "C"], ["assistant", "D", {"thinking": "two\n"}]],
    "call": [["system", "S"], ["user", "Weather?"], ["assistant", "", {"tool_calls": [call({"city": "Köln", "days": [1, 2.5, True, None]})]}],
             ["tool", "{\"t\": 5}", {"name": "weather"}], ["assistant", "5 °C"]],
    "calls": [["user", "Weather?"], ["assistant", "Let me see", {"tool_calls": [call({"city": "A"}), call("{\"city\": \"B\"}")]}], ["tool", "1"], ["tool", "2"],
              ["assistant", "1 and 2"], ["user", "Thanks"]],
    "null": [["user", "W?"], ["assistant", None, {"tool_calls": [call({"city": "A"})]}], ["tool", "1"], ["assistant", "ok", {"tool_calls": None}]],
    "parts": [["user", [{"type": "text", "text": "look "}, {"type": "image"}, {"type": "text", "text": "here"}]], ["assistant", [{"type": "text", "text": "ok"}]]],
    "roles": [["assistant", "first"], ["stranger", "odd"]],
}


def messages(rows):
    return [{"role": row[0], "content": row[1], **(row[2] if len(row) > 2 else {})} for row in rows]


def tokenizer():
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    words = "assistant user system tool Hello there What is and weather city parameters function type Two Four think name".split()
    corpus = [" ".join(words[i:] + words[:i]) + "\n" for i in range(len(words))] * 4
    tok.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=360, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tok


def plain(template):
    """The template without its marks of generation."""
    return re.sub(r"\{%(-?) *(?:end)?generation *(-?)%\}", lambda m: "{#" + m[1] + m[2] + "#}" if m[1] or m[2] else "", template)


def attempt(body):
    try:
        return body()
    except (jinja2.TemplateError, TypeError, ValueError, LookupError, AttributeError):
        return None


def main():
    tok = tokenizer()
    wrap = PreTrainedTokenizerFast(tokenizer_object=tok, bos_token="<|begin|>", eos_token="<|stop|>")
    texts, masks, continued = [], [], []
    for name, template in TEMPLATES.items():
        for talk, rows in CONVERSATIONS.items():
            chat = messages(rows)
            has_calls = any("tool_calls" in m for m in chat)
            settings = [(False, has_calls, {}), (True, has_calls, {})]
            if name == "thoughts":
                settings.append((True, False, {"enable_thinking": False}))
            if name == "heads":
                settings.append((False, False, {"date": "today", "bos_token": "<B>"}))
            for prompt, with_tools, extra in settings:
                text = attempt(lambda: wrap.apply_chat_template(
                    chat, chat_template=plain(template), tools=[TOOL] if with_tools else None, add_generation_prompt=prompt, tokenize=False, **extra))
                texts.append([name, talk, prompt, with_tools, extra, text])
            if chat[-1]["role"] == "assistant":
                text = attempt(lambda: wrap.apply_chat_template(chat, chat_template=plain(template), continue_final_message=True, tokenize=False))
                continued.append([name, talk, text])
            mask = attempt(lambda: wrap.apply_chat_template(
                chat, chat_template=template, tools=[TOOL] if has_calls else None, return_dict=True, return_assistant_tokens_mask=True))
            if mask and 1 in mask["assistant_masks"] and chat[-1]["role"] == "assistant":
                bits = "".join(map(str, mask["assistant_masks"]))
                masks.append([name, talk, has_calls, mask["input_ids"], bits])
    golden = {
        "script": "Tests/Golden/chat_golden.py",
        "versions": {"jinja2": jinja2.__version__, "tokenizers": tokenizers.__version__, "transformers": transformers.__version__},
        "templates": {name: [plain(t), t] for name, t in TEMPLATES.items()},
        "conversations": {name: messages(rows) for name, rows in CONVERSATIONS.items()},
        "tool": TOOL,
        "tokenizer": json.loads(tok.to_str()),
    }
    encode = lambda value: json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    parts = [f'"{key}":{encode(value)}' for key, value in golden.items()]
    for key, rows in (("texts", texts), ("continued", continued), ("masks", masks)):
        parts.append(f'"{key}":[\n' + ",\n".join(map(encode, rows)) + "\n]")
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text("{" + ",\n".join(parts) + "}\n")
    print(len(texts), sum(t[-1] is None for t in texts), len(continued), len(masks))


if __name__ == "__main__":
    main()
