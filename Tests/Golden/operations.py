"""Reference values of the operations, made by PyTorch in double precision.

    python operations.py            # writes operations.json beside itself

Inputs have three decimals, so that float32 and this file agree on them. Each case names a row of
Tests/AutodiffTests/Operations by "operation title" and lists leaves, integers, output and gradients in its order.
"""
import json
import pathlib
import platform

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(20260)
cases = []


def normal(*shape, deviation=1.0):
    return (torch.randn(*shape, generator=generator) * deviation).round(decimals=3).float().double()


def digits(tensor):
    """Nine digits: a float32 comes back exactly, a double to 1e-9."""
    return [float(f"{value:.9g}") for value in tensor.flatten().tolist()]


def inverse_root(size):
    """1/sqrt(size) as float32 has it."""
    return (1 / torch.tensor(float(size)).float().sqrt()).item()


def record(title, leaves, function, integers=(), learned=None, loss=None):
    """Runs `function` and keeps what went in and came out. `loss` picks a scalar from the output; without it the
    output meets a random cotangent; learned=[] records the forward pass only."""
    learned = range(len(leaves)) if learned is None else learned
    for index in learned:
        leaves[index].requires_grad_(True)
    before = [leaf.detach().clone() for leaf in leaves]
    output = function(*leaves)
    cotangent = torch.zeros(0)
    gradients = [None] * len(leaves)
    if len(learned):
        if loss is None:
            cotangent = normal(*output.shape)
            scalar = (output * cotangent).sum()
        else:
            scalar = loss(output)
        scalar.backward()
        gradients = [digits(leaf.grad) if leaf.requires_grad else None for leaf in leaves]
    cases.append({
        "title": title,
        "leaves": [digits(leaf) for leaf in before],
        "integers": [list(map(int, torch.as_tensor(values).flatten().tolist())) for values in integers],
        "cotangent": digits(cotangent),
        "output": digits(output.detach()),
        "gradients": gradients,
    })


def elementwise():
    record("add [3, 5]", [normal(3, 5), normal(3, 5)], torch.add)
    record("add x + x [3, 5]", [normal(3, 5)], lambda x: x + x)
    record("multiply [3, 5]", [normal(3, 5), normal(3, 5)], torch.mul)
    record("scale by -0.75 [3, 5]", [normal(3, 5)], lambda x: -0.75 * x)
    record("addBias [3, 5]", [normal(3, 5), normal(5)], torch.add)
    record("swiGLU [3, 5]", [normal(3, 5, deviation=3), normal(3, 5)], lambda g, u: F.silu(g) * u)
    record("silu [3, 5]", [normal(3, 5, deviation=3)], F.silu)
    record("linear 3×5→2", [normal(3, 5), normal(2, 5)], F.linear)
    record("linear 17×13→9", [normal(17, 13), normal(9, 13)], F.linear)
    for rows, columns in [(3, 5), (2, 13)]:
        record(f"rmsNorm [{rows}, {columns}] epsilon 1e-05", [normal(rows, columns), normal(columns)],
               lambda x, w: F.rms_norm(x, (x.shape[-1],), w, eps=1e-5))
    record("logSoftmax [3, 5] at temperature 1.0", [normal(3, 5, deviation=4)],
           lambda x: F.log_softmax(x, -1), learned=[])


def rows_by_index():
    record("embedding repeated", [normal(5, 3)], lambda w: F.embedding(torch.tensor([4, 1, 4, 4, 0, 1]), w),
           integers=[[4, 1, 4, 4, 0, 1]])
    ids = torch.tensor([-1, 2, -100, 2, -7])
    record("embedding negative", [normal(5, 3)],
           lambda w: F.embedding(ids.clamp(min=0), w) * (ids >= 0)[:, None], integers=[ids])
    for rows, heads, size in [(3, 2, 4), (3, 3, 6)]:
        positions = torch.arange(rows) * 5 % 17
        angles = torch.arange(17.0)[:, None] * 100 ** (-2 * torch.arange(size // 2) / size)
        cosine, sine = (t.round(decimals=3).float().double() for t in (angles.cos(), angles.sin()))

        def rope(x, cosine, sine):
            x = x.view(rows, heads, size)
            c, s = (torch.cat([t, t], -1)[positions][:, None] for t in (cosine, sine))
            half = torch.cat([-x[..., size // 2:], x[..., :size // 2]], -1)
            return (x * c + half * s).reshape(rows, heads * size)

        record(f"rope {rows} rows, {heads} heads of {size}", [normal(rows, heads * size), cosine, sine], rope,
               integers=[positions], learned=[0])


def attention(batch, length, heads, kv_heads, size, documents=None):
    starts, ends = [], []
    for count in documents or [length]:
        starts += [len(starts)] * count
    first = torch.tensor(starts)
    key, query = torch.arange(length)[None, :], torch.arange(length)[:, None]
    mask = (key <= query) & (key >= first[:, None])

    def function(q, k, v):
        def split(x):
            return x.view(batch, length, -1, size).transpose(1, 2)
        y = F.scaled_dot_product_attention(split(q), split(k), split(v), attn_mask=mask, enable_gqa=True,
                                           scale=inverse_root(size))
        return y.transpose(1, 2).reshape(batch * length, heads * size)

    packing = f", documents {documents}" if documents else ""
    record(f"attention {batch}×{length}, {heads}/{kv_heads} heads of {size}{packing}",
           [normal(batch * length, heads * size), normal(batch * length, kv_heads * size),
            normal(batch * length, kv_heads * size)], function, integers=[first.repeat(batch)])


def masked_attention(title, batch, length, heads, kv_heads, size, first, end, extra=(), key_length=None):
    """first, end: [length], the same in each sequence; extra: lists of single keys per row."""
    key_length = key_length or length
    mask = torch.zeros(length, key_length, dtype=torch.bool)
    for row in range(length):
        mask[row, first[row]:end[row]] = True
        for key in extra[row] if extra else ():
            mask[row, key] = True

    def function(q, k, v):
        def split(x, rows):
            return x.view(batch, rows, -1, size).transpose(1, 2)
        y = F.scaled_dot_product_attention(split(q, length), split(k, key_length), split(v, key_length),
                                           attn_mask=mask, enable_gqa=True, scale=inverse_root(size))
        return y.transpose(1, 2).reshape(batch * length, heads * size)

    integers = [torch.tensor(first).repeat(batch), torch.tensor(end).repeat(batch)]
    if extra:
        width = max(map(len, extra))
        integers.append(torch.tensor([keys + [-1] * (width - len(keys)) for keys in extra]).repeat(batch, 1))
    record(f"attention {title}, {batch}×{length}, {heads}/{kv_heads} heads of {size}",
           [normal(batch * length, heads * size), normal(batch * key_length, kv_heads * size),
            normal(batch * key_length, kv_heads * size)], function, integers=integers)


def masked_attentions():
    masked_attention("blocks of 2", 1, 3, 2, 1, 4, [0, 0, 0], [2, 2, 3])
    masked_attention("tree siblings", 1, 4, 2, 1, 2, [0] * 4, [1] * 4, [[], [1], [2], [1, 3]])
    parents = [-1 if row < 9 else 8 if row < 12 else 9 + (row - 12) // 3 for row in range(37)]
    paths = []
    for row, parent in enumerate(parents):
        paths.append([] if parent < 0 else (paths[parent] if parent >= 9 else []) + [row])
    masked_attention("tree branching", 2, 37, 6, 2, 6, [0] * 37, [min(row + 1, 9) for row in range(37)], paths)


def zero_key_attention(title, batch, length, heads, kv_heads, size, sources=1):
    """HASS's attention in training: scores of keys from each pass so far, the sources, are multiplied by masks of 0 and
    1, added up and, after the softmax, multiplied by the masks again."""
    masks = torch.zeros(sources, length, length)
    for source in range(sources):
        lag = sources - 1 - source
        for row in range(lag, length):
            if source == 0:
                masks[source, row, :row - lag + 1] = 1
            else:
                masks[source, row, row - lag] = 1

    def function(q, k, v):
        def split(x, *rows):
            return x.view(batch, *rows, -1, size).movedim(-2, 1)
        q = split(q, length)
        k, v = (split(x, sources, length).repeat_interleave(heads // kv_heads, 1) for x in (k, v))
        scores = (q[:, :, None] @ k.transpose(-1, -2) * inverse_root(size) * masks).sum(2)
        y = (scores.softmax(-1)[:, :, None] * masks @ v).sum(2)
        return y.transpose(1, 2).reshape(batch * length, heads * size)

    rows = torch.arange(length)
    integers = [torch.zeros(length)]
    if sources > 1:
        ends = (rows + 2 - sources).clamp(min=0)
        extra = [[source * length + row - sources + 1 + source for source in range(1, sources)
                  if row - sources + 1 + source >= 0] for row in range(length)]
        integers += [ends, torch.tensor([keys + [-1] * (sources - 1 - len(keys)) for keys in extra])]
    integers.append(length - 1 - rows)
    record(f"attention with zero keys, {title}, {batch}×{length}, {heads}/{kv_heads} heads of {size}",
           [normal(batch * length, heads * size), normal(batch * sources * length, kv_heads * size),
            normal(batch * sources * length, kv_heads * size)], function,
           integers=[x.repeat(batch, *[1] * (x.dim() - 1)) for x in integers])


def concatenated_keys():
    def function(*parts):
        return torch.cat([x.view(2, -1, 5) for x in parts], 1).reshape(-1, 5)
    record("concatenateKeys 2 × [3, 1] rows of 5", [normal(6, 5), normal(2, 5)], function)


def cached_attention():
    heads, kv_heads, size, lines, tiles = 4, 2, 6, 3, 2
    places = [(2, 16), (-1, 0), (0, 3), (2, 0), (-1, 0)]

    def rows(cache):
        """[lines, positions, kv_heads*size] of tiles of 16 positions."""
        tiled = cache.view(lines, kv_heads, tiles, size, 16)
        return tiled.permute(0, 2, 4, 1, 3).reshape(lines, tiles * 16, kv_heads * size)

    def function(q, k, v, keys, values):
        keys, values = (rows(t).clone() for t in (keys, values))
        for row, (line, position) in enumerate(places):
            if line >= 0:
                keys[line, position], values[line, position] = k[row], v[row]
        outputs = []
        for row, (line, position) in enumerate(places):
            if line < 0:
                outputs.append(torch.zeros(heads * size))
                continue
            seen = [t[line, :position + 1].view(1, -1, kv_heads, size).transpose(1, 2) for t in (keys, values)]
            y = F.scaled_dot_product_attention(q[row].view(1, heads, 1, size), *seen, enable_gqa=True,
                                               scale=inverse_root(size))
            outputs.append(y.flatten())
        return torch.stack(outputs)

    width = kv_heads * size
    record("cachedAttention several lines and padding",
           [normal(5, heads * size), normal(5, width), normal(5, width),
            normal(lines * kv_heads, tiles, size * 16), normal(lines * kv_heads, tiles, size * 16)], function,
           integers=[[line for line, _ in places], [position for _, position in places]], learned=[])


LABELS = torch.tensor([2, -1, 6, 0])
TERMS = ["crossEntropy", "forwardKL", "reverseKL", "jensenShannon", "totalVariation", "lkAlpha", "lkHybrid",
         "topKCrossEntropy"]
MIXED = dict(crossEntropy=0.3, forwardKL=0.7, reverseKL=0.2, jensenShannon=0.9, totalVariation=1.1, lkAlpha=0.4,
             lkHybrid=0.6, topKCrossEntropy=0.8, beta=0.2, eta=1.5, count=4)
HASS = dict(crossEntropy=0.3, forwardKL=0.1, topKCrossEntropy=0.9)


def statistics(z, log_q, log_p, top, mix, labels, tokens=None):
    """Summed over rows: loss, cross entropy, top-1 agreement, overlap, forward KL, rows. tokens: how many outcomes are
    tokens; all unless given."""

    def kl(log_a, log_b):
        """Over the outcomes that both can have: renormalised teachers have none outside what is stored."""
        common = (log_a > -torch.inf) & (log_b > -torch.inf)
        return F.kl_div(log_b[common], log_a[common], reduction="sum", log_target=True)

    beta, eta = mix.get("beta", 0.5), mix.get("eta", 3.0)
    cross_entropy = F.cross_entropy(z, labels, reduction="sum")
    if log_p is None:
        overlap = log_q.gather(1, labels[:, None]).exp().sum()
        agreement, forward = (z.argmax(-1) == labels).sum(), torch.zeros(())
        loss = mix["crossEntropy"] * cross_entropy
    else:
        log_m = torch.logaddexp(log_p + torch.tensor(beta).log(), log_q + torch.tensor(1 - beta).log())
        p, q = log_p.exp(), log_q.exp()
        per_row = torch.minimum(p, q).sum(-1)
        overlap, forward = per_row.sum(), kl(log_p, log_q)
        weight = torch.exp(-eta * per_row.detach())
        per_row_forward = (torch.special.xlogy(p, p) - p * log_q).sum(-1)
        own_p, own_q = p[:, :tokens], log_q[:, :tokens]
        likeliest = own_p.topk(min(mix.get("count", 2), own_p.shape[1]), -1).indices
        terms = {
            "crossEntropy": cross_entropy, "forwardKL": forward, "reverseKL": kl(log_q, log_p),
            "jensenShannon": beta * kl(log_p, log_m) + (1 - beta) * kl(log_q, log_m),
            "totalVariation": 0.5 * F.l1_loss(p, q, reduction="sum"), "lkAlpha": -per_row.log().sum(),
            "lkHybrid": (weight * per_row_forward + (1 - weight) * (1 - per_row)).sum(),
            "topKCrossEntropy": -(own_p * own_q).gather(1, likeliest).sum(),
        }
        agreement = (z.argmax(-1) == top).sum()
        loss = sum(mix[name] * value for name, value in terms.items() if name in mix)
    return torch.stack([loss, cross_entropy, agreement.double(), overlap, forward, torch.tensor(float(len(z)))])


def head_loss(title, mix, teacher=None, k=3, tail="bucket"):
    valid = LABELS >= 0
    labels = LABELS[valid]
    leaves = [normal(4, 3), normal(7, 3), torch.tensor([0.37]).float().double()]
    integers = [LABELS]
    if teacher == "hidden":
        leaves += [normal(4, 4), normal(7, 4)]
    if teacher == "topK":
        log_p, ids = F.log_softmax(normal(4, 7, deviation=1.5), -1).topk(k)
        integers.append(ids)
        leaves.append(log_p.float().double())

    def function(x, w, scale, *rest):
        z = x[valid] @ w.T
        log_q, log_p, top = F.log_softmax(z / mix.get("studentTemperature", 1), -1), None, None
        if teacher == "hidden":
            t = rest[0][valid] @ rest[1].T
            log_p, top = F.log_softmax(t / mix.get("teacherTemperature", 1), -1), t.argmax(-1)
        if teacher == "topK":
            stored, picked = rest[0][valid], ids[valid]
            top, own = picked[:, 0], log_q.gather(1, picked)
            log_q = torch.cat([own, (1 - own.exp().sum(-1, keepdim=True)).log()], -1)
            if tail == "bucket":
                log_p = torch.cat([stored, (1 - stored.exp().sum(-1, keepdim=True)).log()], -1)
            else:
                log_p = F.pad(F.log_softmax(stored, -1), (0, 1), value=-torch.inf)
        return statistics(z, log_q, log_p, top, mix, labels, k if teacher == "topK" else None)

    record("headLoss " + title, leaves, function, integers=integers, learned=[0, 1],
           loss=lambda output: leaves[2][0].detach() * output[0])


def head_losses():
    head_loss("some masked", {"crossEntropy": 1})
    for term in TERMS:
        head_loss(f"hidden {term}", {term: 1}, "hidden")
        for tail in ["bucket", "renormalise"]:
            head_loss(f"top-3 {tail} {term}", {term: 1}, "topK", tail=tail)
    head_loss("hidden mixed", MIXED, "hidden")
    head_loss("hidden mixed with temperatures", MIXED | dict(studentTemperature=1.7, teacherTemperature=0.6), "hidden")
    for title, count in [("HASS", 3), ("HASS over all", 10)]:
        head_loss("hidden " + title, HASS | dict(count=count), "hidden")
    for beta in [0.1, 0.9]:
        head_loss(f"hidden jensenShannon {beta}", dict(jensenShannon=1, beta=beta), "hidden")
    for tail in ["bucket", "renormalise"]:
        head_loss(f"top-3 {tail} mixed", MIXED, "topK", tail=tail)
        head_loss(f"top-3 {tail} HASS", HASS, "topK", tail=tail)


def drafters():
    record("concatenateColumns 3 rows of [5, 0, 2]", [normal(3, 5), normal(3, 0), normal(3, 2)],
           lambda *x: torch.cat(x, -1))
    record("detach [3, 5]", [normal(3, 5)], lambda x: x.detach(), learned=[])
    labels = torch.tensor([-1, 4, 0, -7])
    leaves = [normal(4, 5), normal(4, 5), torch.tensor([0.61]).float().double()]
    record("smoothL1Loss masked", leaves,
           lambda x, target, scale: F.smooth_l1_loss(x, target, reduction="none").mean(-1)[labels >= 0].sum()[None],
           integers=[labels], learned=[0], loss=lambda output: leaves[2][0].detach() * output[0])
    places = torch.tensor([2, -1, 0, 1, -1, 1, 0])

    def picked(table, ids):
        return torch.where(ids[:, None] < 0, torch.zeros(()), table[ids.clamp(min=0)])

    record("headChoice 4 rows, 7 tokens", [normal(4, 5), normal(7, 5), normal(5, 1)],
           lambda x, w, table: picked(table, places[(x @ w.T).argmax(-1)]), integers=[places], learned=[])
    values, ids = torch.tensor([4, -7, 9]), torch.tensor([2, -1, 0, 2, -2**31])
    record("pickIntegers 5 of 3", [normal(10, 1)],
           lambda table: picked(table, torch.where(ids < 0, -1, values[ids.clamp(min=0)])), integers=[values, ids],
           learned=[])


def philox(key, counter):
    """The four words of Philox4x32-10, as Salmon et al. (2011) define them."""
    (k0, k1), (c0, c1, c2, c3) = key, counter
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = p1 >> 32 ^ c1 ^ k0, p1 & 0xFFFFFFFF, p0 >> 32 ^ c3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def noise():
    key = (0x123456789ABCDEF0 + 9 * 0x9E3779B97F4A7C15) % 2**64  # the seed of the rows, and Purpose.noise
    step = [7, 2]
    words = [philox((key & 0xFFFFFFFF, key >> 32), (index, 0, *step))[0] for index in range(15)]
    u = torch.tensor([(word >> 8) / 2**24 for word in words]).view(3, 5)
    record("addUniformNoise [3, 5] at [7, 2]", [normal(3, 5), normal(3).abs()],
           lambda x, amplitude: x + amplitude[:, None] * (u - 0.5), integers=[step], learned=[0])


def weighted_classes():
    leaves = [normal(4, 2), normal(4, 2).abs(), torch.tensor([0.61]).float().double()]
    record("weightedCrossEntropy 4 rows of 2", leaves,
           lambda x, weights, scale: -(weights * F.log_softmax(x, -1)).sum()[None],
           learned=[0], loss=lambda output: leaves[2][0].detach() * output[0])


def main():
    elementwise()
    rows_by_index()
    attention(1, 3, 1, 1, 4, [1, 2])
    attention(1, 17, 3, 3, 6, [5, 1, 11])
    attention(2, 17, 4, 2, 8)
    cached_attention()
    head_losses()
    masked_attentions()
    concatenated_keys()
    drafters()
    noise()
    weighted_classes()
    zero_key_attention("causal", 1, 4, 2, 1, 2)
    zero_key_attention("pass 2", 2, 9, 2, 1, 4, sources=3)
    versions = {"torch": torch.__version__, "python": platform.python_version()}
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    text = f'{{"script":"operations.py","versions":{json.dumps(versions)},"cases":[\n{lines}\n]}}\n'
    pathlib.Path(__file__).with_suffix(".json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
