"""Makes Tests/Golden/jinja_golden.json: templates of our own for every construct that chat templates use, and random
expressions, rendered in the environment in which transformers renders chat templates.
Run: python Tests/Golden/jinja_golden.py (needs transformers and jinja2)."""

import datetime
import json
import pathlib
import random

import jinja2
import transformers
from transformers.utils import chat_template_utils

NOW = datetime.datetime(2024, 7, 26, 9, 5, 3)


class FixedDateTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


chat_template_utils.datetime = FixedDateTime

CONTEXTS = [
    {},
    {
        "n": 5, "big": 123456789012, "x": 2.5, "neg": -7, "zero": 0, "yes": True, "no": False, "nothing": None,
        "s": "Hello, World", "padded": "  \n hi there \t ", "empty": "", "uni": "Grüße, Ǆ ß ﬁ ΑΣ 世界 🙂 e\u0301",
        "quotes": "it's \"quoted\" \\ \x07 \u200b\n", "html": "<a href=\"x\">&'</a>",
        "list": [3, 1, 2], "words": ["pear", "Apple", "fig", "apple"], "mixed": [1, "a", None, True, 2.5, [1], {"k": "v"}],
        "d": {"b": 1, "a": [1, 2], "C": {"x": None}}, "none_list": [], "items_key": {"items": "mine", "get": 4},
        "people": [
            {"name": "Ann", "age": 31, "job": {"title": "cook"}}, {"name": "bob", "age": 25, "job": {"title": "Baker"}},
            {"name": "Cid", "age": 31},
        ],
        "messages": [
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello!"}, {"role": "user", "content": "Bye\n"},
        ],
        "floats": [0.1, 1e16, 1e15, 1e-5, 0.0001, 123456.789, -0.0, 5e-324, 100.0],
    },
]

FEATURES = r"""
for|{% for m in messages %}{{ m.role }}:{{ m['content'] }};{% endfor %}
for else|{% for m in none_list %}x{% else %}empty{% endfor %}{% for m in list %}{{ m }}{% else %}empty{% endfor %}
for else break|{% for m in list %}{% break %}{% else %}else{% endfor %}
for else continue|{% for m in list %}{% continue %}{% else %}else{% endfor %}
loop index|{% for m in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}
loop reverse index|{% for m in list %}{{ loop.revindex }}{{ loop.revindex0 }} {% endfor %}
loop neighbours|{% for m in list %}[{{ loop.previtem }},{{ m }},{{ loop.nextitem }}]{% endfor %}
loop neighbour defined|{% for m in list %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }} {% endfor %}
loop depth|{% for a in list %}{% for b in list %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}{% endfor %}
loop cycle|{% for a in list %}{{ loop.cycle('odd', 'even') }} {% endfor %}
loop changed|{% for p in people %}{{ loop.changed(p.age) }} {% endfor %}
inline if|{% for m in messages if m.role == 'user' %}{{ loop.index }}/{{ loop.length }}:{{ m.content }};{% endfor %}
inline if lazy|{% set ns = namespace(stop=false) %}{% for m in list if not ns.stop %}{{ m }}{% set ns.stop = true %}{% endfor %}
inline if last|{% for m in list if m > 1 %}{{ m }}{{ loop.last }} {% endfor %}
unpacking|{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}
unpacking nested|{% for i, (a, b) in [(1, (2, 3)), (4, (5, 6))] %}{{ i }}{{ a }}{{ b }} {% endfor %}
loop over text|{% for c in 'añ🙂' %}[{{ c }}]{% endfor %}
loop over dict|{% for k in d %}{{ k }}{% endfor %}
loop over range|{% for i in range(3) %}{{ i }}{% endfor %}{% for i in range(5, 0, -2) %}{{ i }}{% endfor %}
loop over undefined|{% for i in missing %}x{% else %}none{% endfor %}
loop scope|{% set a = 1 %}{% for i in list %}{{ a }}{% set a = i %}{{ a }} {% endfor %}{{ a }}
loop scope if|{% set a = 1 %}{% for i in list %}{% if i == 1 %}{% set a = 9 %}{% endif %}{{ a }}{% endfor %}{{ a }}
break|{% for i in range(10) %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}
continue|{% for i in range(5) %}{% if i is odd %}{% continue %}{% endif %}{{ i }}{% endfor %}
loop of inner loop|{% for a in list %}{% for b in words if loop.index0 < 9 %}{% endfor %}{{ loop.index }}{% endfor %}
if elif else|{% for i in range(4) %}{% if i == 0 %}zero{% elif i == 1 %}one{% elif i == 2 %}two{% else %}many{% endif %} {% endfor %}
if values|{% for v in [0, 1, '', 'a', [], [0], {}, none, true, 0.0] %}{{ 'T' if v else 'F' }}{% endfor %}
set|{% set a = 1 %}{% set b = a + 1 %}{{ a }}{{ b }}
set tuple|{% set a, b = 1, 'two' %}{{ a }}{{ b }}{% set c = 1, 2 %}{{ c }}
set in if|{% if yes %}{% set a = 1 %}{% endif %}{{ a }}
set block|{% set a %}x{{ n }}y{% endset %}[{{ a }}]{{ a is string }}
set block filter|{% set a | upper | trim %}  x{{ n }}y {% endset %}[{{ a }}]
set block scope|{% set b = 1 %}{% set a %}{% set b = 2 %}{{ b }}{% endset %}{{ a }}{{ b }}
namespace|{% set ns = namespace(a=1, b='x') %}{% for i in list %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.missing is defined }}{{ ns['a'] }}
namespace of dict|{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}
with|{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}
with scope|{% set a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}
macro|{% macro f(a, b=2, c='z') %}<{{ a }}{{ b }}{{ c }}>{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(a=5, c=6) }}{{ f(1, c=4, b=7) }}
macro default later|{% macro f(a, b=a * 2) %}{{ a }}{{ b }}{% endmacro %}{{ f(4) }}{{ f(4, 1) }}
macro missing|{% macro f(a) %}[{{ a }}]{{ a is defined }}{% endmacro %}{{ f() }}
macro closure|{% set q = 1 %}{% macro f() %}{{ q }}{{ n }}{% endmacro %}{% set q = 2 %}{{ f() }}
macro recursive|{% macro f(i) %}{{ i }}{% if i > 0 %},{{ f(i - 1) }}{% endif %}{% endmacro %}{{ f(4) }}
macro varargs|{% macro f(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, 3, k=4) }}
macro result|{% macro f() %} x {% endmacro %}{{ f() | trim | length }}{{ f() ~ '!' }}{{ f() is string }}
macro printed|{% macro f() %}{% endmacro %}{{ f }}
macro set hidden|{% macro f() %}{% set n = 9 %}{{ n }}{% endmacro %}{{ f() }}{{ n }}
call|{% macro box(t) %}[{{ t }}:{{ caller() }}]{% endmacro %}{% call box('a') %}body{{ n }}{% endcall %}
call arguments|{% macro each(l) %}{% for i in l %}{{ caller(i, loop.index) }}{% endfor %}{% endmacro %}{% call(x, y=0) each(words) %}{{ y }}{{ x }} {% endcall %}
filter block|{% filter upper %}shout {{ s }}{% endfilter %}
filter block chain|{% filter trim | replace('a', 'b') %} banana {% endfilter %}
raw|{% raw %}{{ not }} {% this %}{# or that #}{% endraw %}
raw trimmed|a {%- raw -%} {{ x }} {%- endraw -%} b
comment|a{# {{ x }} {% if %} #}b{#- c -#} d
generation|a{% generation %}b{{ n }}{% endgeneration %}c{% generation %}{% endgeneration %}
generation loop|{% for m in messages %}{{ m.role }}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% endif %}{% endfor %}
generation scope|{% set a = 1 %}{% generation %}{% set a = 2 %}{{ a }}{% endgeneration %}{{ a }}
raise not reached|{% if no %}{{ raise_exception('bad') }}{% endif %}fine
strftime|{{ strftime_now('%d %b %Y') }} {{ strftime_now("%Y-%m-%d %H:%M:%S %A %B %a %p %I %j %y %%") }}
strftime defined|{{ strftime_now is defined }}{{ raise_exception is defined }}{{ range is callable }}
range printed|{{ range(3) }}{{ range(1, 7, 2) }}{{ range(4) | list }}{{ range(5)[1] }}{{ range(3) | length }}
dict function|{{ dict(a=1, b='x') }}{{ dict([('k', 2)]) }}{{ dict({'a': 1}, c=3) }}
ternary|{{ 'a' if yes else 'b' }}{{ 'a' if no else 'b' }}{{ 'a' if no }}|{{ 1 if no else 2 if no else 3 }}
concatenation|{{ 1 ~ 'a' ~ none ~ true ~ 2.0 ~ [1] ~ missing }}
concatenation precedence|{{ 'a' + 'b' ~ 1 + 2 if no else 1 ~ 2 * 3 }}
arithmetic|{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 6 / 2 }} {{ 2 ** 10 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 7 % -3 }}
arithmetic precedence|{{ 1 + 2 * 3 - 4 / 2 }} {{ (1 + 2) * 3 }} {{ -2 ** 2 }} {{ 2 ** 3 ** 2 }} {{ - n }} {{ +n }} {{ -x }}
float text|{{ 1e100 }} {{ 1.7976931348623157e308 }} {{ -1e22 }} {% for f in floats %}{{ f }} {% endfor %}{{ 1e3 }} {{ 1_000 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1.5e-7 }} {{ 2.0 * 3 }}
comparison chain|{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}{{ 1 == 1.0 == true }}{{ 'a' < 'b' }}{{ [1, 2] < [1, 3] }}{{ 3 > 2 >= 2 != 1 }}
equality|{{ 1 == '1' }}{{ none == false }}{{ [1] == [1.0] }}{{ {'a': 1} == {'a': true} }}{{ (1, 2) == [1, 2] }}{{ missing == other }}{{ missing == none }}
in|{{ 'ell' in s }}{{ 'z' not in s }}{{ 1 in list }}{{ 'a' in d }}{{ 'x' not in d }}{{ 2 in range(3) }}{{ '' in 'a' }}{{ 'a' in d.keys() }}{{ none in mixed }}
not|{{ not yes }}{{ not no and yes }}{{ not 1 == 2 }}{{ not not 1 }}
and or values|{{ 0 or 'a' }}{{ 'a' and 'b' }}{{ none or false }}{{ '' and 1 }}{{ missing or 'd' }}
slices|{{ s[1:4] }} {{ s[:3] }} {{ s[-3:] }} {{ s[::-1] }} {{ s[::2] }} {{ s[5:1:-1] }} {{ s[100:] }} {{ list[1:] }} {{ list[::-1] }} {{ list[-2:-1] }} {{ messages[1:][0].content }} {{ (1,2,3)[:2] }}
indices|{{ s[0] }}{{ s[-1] }}{{ list[0] }}{{ list[-1] }}{{ list[9] is defined }}{{ words[1][0] }}{{ list.0 }}{{ d['a'][1] }}{{ d.C.x }}
unicode indices|{{ uni[4] }}{{ uni | length }}{{ uni[-4:] | length }}{{ uni[::-1] }}
attributes|{{ d.a }}{{ d['a'] }}{{ d.missing is defined }}{{ d['missing'] is defined }}{{ n.foo is defined }}{{ none.foo is defined }}{{ 'a'.foo is defined }}
method or key|{{ items_key['items'] }}{{ items_key['get'] }}{{ items_key.items() | list }}{{ d['items'] is callable }}
dict methods|{{ d.keys() | list }}{{ d.values() | list }}{{ d.items() | list }}{{ d.get('a') }}{{ d.get('z') }}{{ d.get('z', 7) }}{{ d.keys() }}{{ d.items() | length }}
list methods|{{ list.index(1) }}{{ list.count(3) }}{{ (1, 1).count(1) }}
strip|[{{ padded.strip() }}][{{ padded.lstrip() }}][{{ padded.rstrip() }}][{{ 'xxaxx'.strip('x') }}][{{ 'xyaxy'.lstrip('yx') }}][{{ 'a\n\n'.rstrip('\n') }}][{{ '\u3000a\xa0'.strip() }}]
split|{{ 'a,b,,c'.split(',') }}{{ ' a  b c '.split() }}{{ 'a b c d'.split(' ', 2) }}{{ 'a b c d'.rsplit(' ', 1) }}{{ 'a b c'.split(none, 1) }}{{ ''.split(',') }}{{ ''.split() }}{{ 'aaa'.split('aa') }}{{ ' a b '.rsplit(none, 1) }}{{ 'a</t>b</t>c'.split('</t>')[-1] }}
splitlines|{{ 'a\nb\r\nc\n'.splitlines() }}{{ 'a\nb'.splitlines(true) }}
starts ends|{{ s.startswith('He') }}{{ s.endswith('x') }}{{ s.startswith(('x', 'H')) }}{{ s.startswith('') }}{{ 'é'.startswith('e') }}
case|{{ uni.upper() }}|{{ uni.lower() }}|{{ uni.title() }}|{{ uni.capitalize() }}|{{ s.swapcase() }}
case filters|{{ uni | upper }}|{{ uni | lower }}|{{ uni | title }}|{{ uni | capitalize }}|{{ 'a-b (c) d_e it\'s' | title }}|{{ "it's a".title() }}
replace|{{ s.replace('l', 'L') }}{{ s.replace('l', 'L', 1) }}{{ 'ab'.replace('', '-') }}{{ s | replace('o', '0') }}{{ s | replace('o', '0', 1) }}{{ 5 | replace(5, 6) }}
find|{{ s.find('l') }}{{ s.rfind('l') }}{{ s.find('z') }}{{ s.count('l') }}{{ s.index('W') }}{{ uni.find('世') }}
is methods|{{ 'a1'.isalnum() }}{{ 'ab'.isalpha() }}{{ '12'.isdigit() }}{{ ' '.isspace() }}{{ 'AB'.isupper() }}{{ 'aB'.islower() }}{{ ''.isdigit() }}
padding methods|{{ 'ab'.ljust(5, '.') }}{{ 'ab'.rjust(5) }}{{ 'ab'.center(5, '-') }}{{ 'abc'.center(6, '-') }}{{ '-5'.zfill(4) }}
affixes|{{ 'abc'.removeprefix('a') }}{{ 'abc'.removesuffix('c') }}{{ 'abc'.removeprefix('x') }}{{ 'a=b=c'.partition('=') }}{{ 'a=b=c'.rpartition('=') }}{{ 'abc'.partition('=') }}
join method|{{ ', '.join(['a', 'b']) }}{{ '-'.join('abc') }}{{ ''.join([]) }}
format method|{{ '{} and {}'.format(1, 'b') }}{{ '{1}{0}'.format('a', 'b') }}{{ '{x}{{}}'.format(x=[1]) }}
percent|{{ '%s is %d' % ('a', 5) }}{{ '%s' % 'x' }}{{ '%5.2f|%-5s|%05d|%r|%%|%x' % (x, 'a', 42, 'q', 255) }}{{ '%(k)s' % {'k': 1} }}{{ '%s-%s' | format(1, 2) }}
escapes|{{ 'a\nb\tc\\d\'e\"f\x41\u00e9\U0001F642\101\q' }}{{ "it's" }}{{ 'say "x"' }}{{ 'a' 'b' "c" }}
escape line|{{ 'a\
b' }}
text with marks|{{ '}}' }}{{ '%}' }}{{ "{{ x }}" }}
filter not reached|{% if no %}{{ s | nope }}{% elif no %}{{ s is nope }}{% else %}fine{% endif %}
percent leftovers|{{ 'a' % [1] }}{{ 'b' % {} }}{{ 'c' % missing }}
tests of case|{{ ['a'] is lower }}{{ {'k': 1} is upper }}{{ missing in d }}{{ d.get(missing, 1) }}
nested braces|{{ {'a': {'b': {}}} }}{{ {'a': 1}['a'] }}{{ {1: 'x', 'y': [1, (2,)]} }}{{ {} }}{{ [] }}{{ () }}{{ (1,) }}{{ (1, 2) }}{{ [1, 2,] }}
printed values|{{ true }}{{ false }}{{ none }}{{ True }}{{ None }}{{ mixed }}{{ d }}{{ x }}{{ big }}{{ neg }}
printed text|{{ [quotes, s, uni, "it's", 'a"b', '\'"'] }}
printed empty|[{{ missing }}][{{ empty }}][{{ d.nope }}][{{ list[10] }}]
tests of kind|{% for v in mixed %}{{ v is string }}{{ v is mapping }}{{ v is iterable }}{{ v is sequence }}{{ v is number }}{{ v is integer }}{{ v is float }}{{ v is boolean }}{{ v is none }} {% endfor %}
tests of undefined|{{ missing is defined }}{{ missing is undefined }}{{ missing is string }}{{ missing is none }}{{ missing is iterable }}{{ missing is sequence }}{{ missing is mapping }}{{ missing is number }}
tests of truth|{{ yes is true }}{{ 1 is true }}{{ no is false }}{{ 0 is false }}{{ none is false }}{{ yes is not true }}{{ yes is sameas true }}{{ none is sameas none }}
tests compare|{{ 1 is eq 1 }}{{ 1 is equalto 2 }}{{ 1 is ne 2 }}{{ 1 is lt 2 }}{{ 3 is ge(3) }}{{ 2 is in [1, 2] }}{{ 'a' is in 'abc' }}{{ 4 is divisibleby 2 }}{{ 3 is odd }}{{ 3 is even }}{{ 5 is gt 4 }}{{ 2 is not in [1] }}
tests of text|{{ 'a' is lower }}{{ 'A' is upper }}{{ 'aB' is lower }}{{ 'upper' is filter }}{{ 'nope' is filter }}{{ 'odd' is test }}{{ ('a' | safe) is escaped }}
tests of others|{{ d.items() is iterable }}{{ d.items() is sequence }}{{ range(2) is sequence }}{{ (1, 2) is sequence }}{{ (list | map('string')) is iterable }}{{ (list | map('string')) is sequence }}
test precedence|{{ not missing is defined }}{{ 1 + 1 is number }}{{ 'a' ~ 'b' is string }}{{ missing is defined and missing }}{{ s is string and s | length > 3 }}{{ -1 is number }}
trim|[{{ padded | trim }}][{{ 'xax' | trim('x') }}][{{ 5 | trim }}][{{ missing | trim }}][{{ none | trim }}]
tojson|{{ d | tojson }}{{ mixed | tojson }}{{ uni | tojson }}{{ quotes | tojson }}{{ html | tojson }}{{ none | tojson }}{{ floats | tojson }}{{ (1, 'a') | tojson }}
tojson ascii|{{ uni | tojson(ensure_ascii=True) }}{{ '\x7f\x1f' | tojson(true) }}{{ '\x7f\x1f\b\f' | tojson }}
tojson indent|{{ d | tojson(indent=2) }}{{ people | tojson(indent=4) }}{{ [] | tojson(indent=2) }}{{ {} | tojson(indent=2) }}{{ [1] | tojson(indent=0) }}{{ {'a': 1} | tojson(indent='\t') }}
tojson settings|{{ d | tojson(separators=(',', ':')) }}{{ {'b': 1, 'a': 2} | tojson(sort_keys=true) }}{{ d | tojson(false, 1, none, true) }}{{ {1: 2, none: 3, true: 4, 2.5: 1} | tojson }}
length|{{ s | length }}{{ list | count }}{{ d | length }}{{ missing | length }}{{ uni | length }}{{ d.items() | length }}
default|{{ missing | default('x') }}{{ empty | default('x') }}{{ empty | default('x', true) }}{{ none | default('x') }}{{ nothing | d('x', boolean=true) }}{{ missing | default }}{{ n | default(1) }}{{ d.q.r | default('deep') if d.q is defined else 'no' }}
join|{{ list | join(', ') }}{{ mixed | join('|') }}{{ people | join(',', attribute='name') }}{{ people | join('-', 'age') }}{{ [] | join }}{{ 'abc' | join('.') }}{{ list | join }}
map|{{ people | map(attribute='name') | list }}{{ people | map(attribute='job.pay', default='-') | list }}{{ people | map(attribute='pet', default='no') | list }}{{ words | map('upper') | list }}{{ words | map('replace', 'a', 'o') | join(' ') }}{{ [[1, 2], [3, 4]] | map(attribute=1) | list }}{{ [[1], [2]] | map('first') | list }}{{ people | map(attribute='job') | map(attribute='title') | list | length if no else '' }}
select|{{ list | select('>', 1) | list }}{{ range(6) | select('odd') | list }}{{ mixed | select | list }}{{ mixed | select('string') | list }}{{ list | reject('equalto', 2) | list }}{{ mixed | reject('none') | list | length }}{{ none | select | list }}
selectattr|{{ people | selectattr('age', 'equalto', 31) | map(attribute='name') | join }}{{ people | selectattr('job') | list | length }}{{ people | rejectattr('age', '>', 30) | map(attribute='name') | list }}{{ messages | selectattr('role', 'in', ['user', 'system']) | list | length }}{{ people[:2] | selectattr('job.title', 'defined') | list | length }}{{ people | rejectattr('job', 'defined') | map(attribute='name') | first }}
generator once|{% set g = list | map('string') %}{{ g | join }}{{ g | join }}{% if g %}T{% endif %}
list first last|{{ list | first }}{{ list | last }}{{ s | first }}{{ s | last }}{{ [] | first is defined }}{{ [] | last is defined }}{{ 'abc' | list }}{{ d | list }}{{ d | first }}{{ (1, 2) | list }}
reverse|{{ s | reverse }}{{ list | reverse | list }}{% for i in list | reverse %}{{ i }}{% endfor %}
sort|{{ list | sort }}{{ words | sort }}{{ words | sort(case_sensitive=true) }}{{ words | sort(reverse=true) }}{{ people | sort(attribute='age') | map(attribute='name') | list }}{{ people | sort(true, attribute='name') | map(attribute='name') | list }}
unique|{{ words | unique | list }}{{ words | unique(true) | list }}{{ [1, 1.0, true, 2] | unique | list }}{{ people | unique(attribute='age') | map(attribute='name') | list }}
dictsort|{{ d | dictsort }}{{ {'b': 1, 'A': 2} | dictsort(true) }}{{ {'b': 1, 'A': 2} | dictsort(reverse=true) }}{{ {'b': 1, 'A': 2} | dictsort(by='value') }}{% for k, v in d | dictsort %}{{ k }}{% endfor %}
items filter|{% for k, v in d | items %}{{ k }}{{ v }}{% endfor %}{{ missing | items | list }}
indent|{{ 'a\nb\n\nc' | indent }}{{ 'a\nb' | indent(2, true) }}{{ 'a\n\nb' | indent(2, blank=true) }}{{ 'a\nb' | indent('> ', first=true) }}{{ '{\n' | indent(4, first=true) }}|
numbers|{{ '42' | int }}{{ '4.7' | int }}{{ 'x' | int }}{{ 'x' | int(-1) }}{{ '1f' | int(base=16) }}{{ 3.9 | int }}{{ none | int }}{{ '2.5' | float }}{{ 'q' | float(1.5) }}{{ 3 | float }}{{ ' 7 ' | int }}{{ true | int }}
round abs|{{ 2.5 | round }}{{ 3.5 | round }}{{ 2.675 | round(2) }}{{ 42.55 | round(1, 'floor') }}{{ 42.51 | round(1, 'ceil') }}{{ 5 | round }}{{ -3 | abs }}{{ -2.5 | abs }}{{ 2.5 | round | int }}{{ 1234.5678 | round(2) }}{{ 0.5 | round }}
string safe|{{ 5 | string }}{{ (5 | string) is string }}{{ [1] | string | length }}{{ s | safe }}{{ html | safe }}{{ html | e }}{{ html | escape | length }}
markup plus|{{ ('<b>' | safe) + '<i>' }}{{ '<i>' + ('<b>' | safe) }}{{ ('<b>' | safe) ~ '<i>' }}{{ ('<b>' | safe | upper) + '<' }}{{ ('<b>' | e) }}{{ ('<b>' | safe | e) }}{{ ('<' | safe)[0] + '<' }}{{ ('<' | safe) * 2 }}{{ [('<' | safe)] }}{{ ('<' | safe) == '<' }}{{ ('a<' | safe).strip() + '<' }}
sum min max|{{ list | sum }}{{ people | sum(attribute='age') }}{{ list | min }}{{ words | max }}{{ people | min(attribute='age') }}{{ [] | max is defined }}{{ [[1], [2]] | sum(start=[]) }}
filter precedence|{{ 'a' ~ 'B' | lower }}{{ ('a' ~ 'B') | lower }}{{ -5 | abs }}{{ 'x' | upper == 'X' }}{{ 1 + '2' | int }}{{ not '' | trim }}
repeat|{{ 'ab' * 3 }}{{ 3 * 'x' }}{{ [1] * 2 }}{{ 'a' * 0 }}{{ 'a' * -1 }}{{ (1,) * 2 }}
add|{{ 'a' + 'b' }}{{ [1] + [2] }}{{ (1,) + (2,) }}{{ 1 + 2.0 }}{{ true + 1 }}
unicode names|{% set größe = 3 %}{{ größe }}
true false names|{{ TRUE is defined }}{{ true }}{{ loop is defined }}
parentheses|{{ ((1)) }}{{ (yes and no) or (1 if yes else 0) }}{{ (s | upper)[0:2] }}{{ ('a' if no else 'b') ~ 'c' }}{{ (messages | last).content | trim }}
chained calls|{{ ' A,B '.strip().lower().split(',')[1].upper() }}{{ d.get('C', {}).get('x') is none }}{{ messages[-1]['content'].rstrip('\n') }}
"""

WHITESPACE = [
    "a\n{% if true %}\nb\n{% endif %}\nc\n", "a\n  {% if true %}  \n  b\n  {% endif %}\nc", "a {%- if true -%} b {%- endif -%} c",
    "  {{ 1 }}  \n  {{- 2 -}}  \n 3", "a\n\n{%- if true %}\n\nb{% endif -%}\n\nc", "x  {%+ if true %}y{% endif %}",
    "  {%+ if true +%}\n  y\n{%+ endif %}\n", "a\n  {# comment #}\nb", "a\n  {#- comment -#}\nb", "a {# c #} b\n", "\n\n", "\n", "",
    "{% for i in [1, 2] %}\n  - {{ i }}\n{% endfor %}\nend", "{% for i in [1, 2] -%}\n  {{ i }}\n{%- endfor %}\n\n",
    "{{ 'a' }}\n{{ 'b' }}\n", "a\r\nb\r{{ 'c\r\nd' }}\n", "{% set x = 1 %}\n{% set y = 2 %}\n{{ x + y }}\n\n",
    "\t{% if true %}\tx\t{% endif %}\t\n", "a{% raw %}\n  {{ x }}\n{% endraw %}\nb", "a\u00a0{%- if true %}b{% endif %}", "{{\n1\n+\n1\n}}",
    "{%- set x -%}\n  a\n{%- endset -%}\n[{{ x }}]", "a\n\n  {%- if true %}b{%- endif %}", "{% if true %}a{% else %}\n b\n{% endif %}\n\nz",
    "{#\n multi\n line #}\n{#- x #}y", "  {% raw -%}  a  {%- endraw %}  \n b", "{%-if true-%}x{%-endif-%}", "{{-'a'-}} {{'b'}}", "a  {%- raw %} b{% endraw %}",
    "a\n{% generation %}\nb\n{% endgeneration %}\nc", "{% macro m() %}\n x\n{% endmacro %}\n[{{ m() }}]", " {{ 'x' }}\n {% if true %}\n",
]

ERRORS = r"""
undefined attribute|{{ missing.a }}
undefined element|{{ missing['a'] }}
undefined call|{{ missing() }}
undefined add|{{ missing + 1 }}
undefined compare|{{ missing < 1 }}
undefined slice|{{ missing[1:] }}
deep undefined|{{ d.q.r }}
undefined int|{{ missing | int }}
undefined tojson|{{ missing | tojson }}
none loop|{% for i in nothing %}{% endfor %}
none length|{{ nothing | length }}
number loop|{% for i in n %}{% endfor %}
raise|{{ raise_exception('Only user and assistant!') }}
unknown filter|{{ s | nope }}
unknown test|{{ s is nope }}
unknown tag|{% nope %}
missing endif|{% if yes %}a
missing endfor|{% for i in list %}a
wrong end|{% if yes %}{% endfor %}
unclosed variable|{{ s
unclosed block|{% if yes
unclosed comment|{# a
unclosed text|{{ 'abc }}
unclosed list|{{ [1, 2 }}
empty output|{{ }}
two values|{{ 1 2 }}
operator alone|{{ 1 + }}
bad bracket|{{ (1] }}
bad character|{{ 1 ? 2 }}
else without if|{% else %}
bad set|{% set 1 = 2 %}
bad unpacking|{% for a, b in list %}{% endfor %}
too many arguments|{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}
unknown argument|{% macro f(a) %}{% endmacro %}{{ f(b=1) }}
text plus number|{{ 'a' + 1 }}
number plus none|{{ 1 + none }}
division by zero|{{ 1 / 0 }}
modulo by zero|{{ 1 % 0 }}
order of kinds|{{ 1 < 'a' }}
in number|{{ 1 in 5 }}
number in text|{{ 1 in 'a' }}
list append|{{ list.append(1) }}
dict update|{{ d.update({'a': 1}) }}
list pop|{{ list.pop() }}
namespace attribute|{% set d.a = 1 %}
private attribute|{{ s.__class__.__name__ }}
private namespace|{% set ns = namespace(_a=1) %}
call text|{{ s() }}
unknown method|{{ s.nope() }}
method argument|{{ s.strip(1) }}
tojson kind|{{ range(2) | tojson }}
tojson generator|{{ list | map('string') | tojson }}
format missing|{{ '%s %s' % 'a' }}
step zero|{{ s[::0] }}
range too big|{{ range(1000000) }}
break outside|{% break %}
generator length|{{ list | map('string') | length }}
last of generator|{{ list | map('string') | last }}
items of list|{{ list | items | list }}
recursion|{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}
split empty|{{ s.split('') }}
index missing|{{ s.index('zz') }}
sort mixed|{{ mixed | sort }}
sum texts|{{ words | sum }}
call without caller|{% macro f() %}{% endmacro %}{% call f() %}{% endcall %}
default order|{% macro f(a=1, b) %}{% endmacro %}
reserved name|{% set true = 1 %}
markup undefined|{{ ('a' | safe) + missing }}
assign loop|{% for true in list %}{% endfor %}
"""


def lines(text):
    """The cases of a table: name and template; a line without a bar goes on the template above."""
    cases = []
    for line in text.strip("\n").split("\n"):
        name, bar, template = line.partition("|")
        if bar and not name.startswith(("b'", " ")):
            cases.append([name, template])
        else:
            cases[-1][1] += "\n" + line
    return cases


class Fuzz:
    """Random expressions of a grammar that meets most operators, filters, tests and methods."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def expression(self, depth):
        rng = self.rng
        if depth == 0:
            return rng.choice(
                ["n", "x", "neg", "zero", "yes", "no", "nothing", "s", "padded", "empty", "uni", "list", "words", "mixed", "d",
                 "people", "messages", "missing", "1", "0", "-3", "2.5", "'a'", "'l'", "''", "' b '", "[1, 2]", "{'k': 1}", "(1, 'a')",
                 "none", "true", "false", "range(3)", "d.b", "people[0].name", "messages[-1]['content']", "html"])
        inner = lambda: self.expression(depth - 1)
        kind = rng.randrange(9)
        if kind == 0:
            return f"{inner()} {rng.choice(['+', '-', '*', '~', '~', '//', '%'])} {inner()}"
        if kind == 1:
            return f"({inner()} {rng.choice(['==', '!=', '<', '>', 'in', 'not in', '>='])} {inner()})"
        if kind == 2:
            return f"({inner()} {rng.choice(['and', 'or'])} {inner()})"
        if kind == 3:
            return f"({inner()} if {inner()} else {inner()})"
        if kind == 4:
            # Jinja folds slices of constants to undefined, which variables do not become: only variables are cut.
            if rng.random() < 0.5:
                base = rng.choice(["s", "uni", "words", "mixed", "messages", "list", f"(s ~ {inner()})", "n", "d"])
                return base + rng.choice(["[1:]", "[::-1]", "[:2]", "[-2:]", "[::2]", "[5:1:-2]", "[-100:3]"])
            return f"({inner()})" + rng.choice(["[0]", "[-1]", "['a']", ".name", "['content']", "[1]"])
        if kind == 5:
            filters = ["upper", "lower", "trim", "length", "string", "list", "first", "default('z')", "default('z', true)", "join('-')", "tojson",
                       "title", "capitalize", "int", "float", "replace('a', 'b')", "map('string') | list", "select | list", "unique | list", "reverse | list",
                       "sort", "abs", "round", "indent(2)", "dictsort", "items | list", "escape", "safe", "map(attribute='name') | list",
                       "selectattr('age') | list", "select('string') | list", "reject('none') | list", "last", "sum", "max", "tojson(indent=1)"]
            return f"({inner()}) | {rng.choice(filters)}"
        if kind == 6:
            tests = ["defined", "none", "string", "mapping", "iterable", "sequence", "number", "integer", "boolean", "true", "false", "odd", "in [1, 'a']",
                     "equalto 1", "float", "undefined", "lower", "divisibleby 2", "not none"]
            return f"(({inner()}) is {rng.choice(tests)})"
        if kind == 7:
            methods = ["strip()", "split('l')", "split()", "upper()", "startswith('H')", "replace('l', '')", "items() | list", "get('b')", "keys() | list",
                       "title()", "lstrip('H ')", "rsplit('l', 1)", "find('o')", "splitlines()", "count('l')", "endswith('d')", "values() | list"]
            return f"({inner()}).{rng.choice(methods)}"
        return f"{rng.choice(['not ', '-'])}({inner()})"


def render(template, context):
    """What transformers' environment prints, or None when it refuses."""
    try:
        compiled = chat_template_utils._cached_compile_jinja_template(template)
        return compiled.render(**json.loads(json.dumps(context)))
    except (jinja2.TemplateError, TypeError, ValueError, LookupError, ArithmeticError, RecursionError, AttributeError, SyntaxError):
        return None


def case(name, template, context):
    text = render(template, CONTEXTS[context])
    return [name, template, context, text]


def main():
    cases = [case(name, template, 1) for name, template in lines(FEATURES)]
    refused = [c[0] for c in cases if c[3] is None]
    assert not refused, refused
    cases += [case(f"white space {index}", template, 0) for index, template in enumerate(WHITESPACE)]
    errors = [case("error: " + name, template, 1) for name, template in lines(ERRORS)]
    accepted = [c[0] for c in errors if c[3] is not None]
    assert not accepted, accepted
    cases += errors
    fuzz = Fuzz(7)
    count, wanted = {True: 0, False: 0}, {True: 320, False: 60}
    while any(count[key] < wanted[key] for key in count):
        template = "{{ " + fuzz.expression(fuzz.rng.randint(1, 3)) + " }}"
        text = render(template, CONTEXTS[1])
        if text is not None and (len(text) > 160 or " at 0x" in text):
            continue
        if count[text is not None] < wanted[text is not None]:
            count[text is not None] += 1
            cases.append([f"fuzz {sum(count.values())}", template, 1, text])
    golden = {
        "script": "Tests/Golden/jinja_golden.py",
        "versions": {"jinja2": jinja2.__version__, "transformers": transformers.__version__},
        "contexts": CONTEXTS,
        "cases": cases,
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    rows = ",\n".join(json.dumps(c, ensure_ascii=True, separators=(",", ":")) for c in cases)
    head = {key: golden[key] for key in ("script", "versions", "contexts")}
    path.write_text(json.dumps(head, separators=(",", ":"))[:-1] + ',"cases":[\n' + rows + "\n]}\n")


if __name__ == "__main__":
    main()
