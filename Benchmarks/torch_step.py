"""The work of `pacer bench step`, done by PyTorch on the CPU: one optimizer step of a Llama-style language model.

Forward, backward, clipping of the global norm and fused AdamW in float32. Attention is torch's own fused kernel, the
loss torch's own cross entropy or KL divergence. With --objective kl the teacher's log-probabilities are computed once,
before the clock starts. Prints one JSON object under the names of `pacer bench step --json`.
"""
import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    """RMSNorm, grouped-query attention with rotary positions, RMSNorm, SwiGLU."""

    def __init__(self, dim, heads, kv_heads, ffn):
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = heads, kv_heads, dim // heads
        self.attention_norm, self.ffn_norm = nn.RMSNorm(dim, eps=1e-5), nn.RMSNorm(dim, eps=1e-5)
        self.query = nn.Linear(dim, dim, bias=False)
        self.key = nn.Linear(dim, kv_heads * self.head_dim, bias=False)
        self.value = nn.Linear(dim, kv_heads * self.head_dim, bias=False)
        self.output = nn.Linear(dim, dim, bias=False)
        self.gate, self.up = nn.Linear(dim, ffn, bias=False), nn.Linear(dim, ffn, bias=False)
        self.down = nn.Linear(ffn, dim, bias=False)

    def rotated(self, x, cosine, sine):
        first, second = x.chunk(2, -1)
        return torch.cat((first * cosine - second * sine, second * cosine + first * sine), -1)

    def forward(self, x, cosine, sine):
        batch, length, dim = x.shape
        y = self.attention_norm(x)
        q = self.query(y).view(batch, length, self.heads, self.head_dim).transpose(1, 2)
        k = self.key(y).view(batch, length, self.kv_heads, self.head_dim).transpose(1, 2)
        v = self.value(y).view(batch, length, self.kv_heads, self.head_dim).transpose(1, 2)
        attended = functional.scaled_dot_product_attention(
            self.rotated(q, cosine, sine), self.rotated(k, cosine, sine), v, is_causal=True,
            enable_gqa=self.kv_heads != self.heads)
        x = x + self.output(attended.transpose(1, 2).reshape(batch, length, dim))
        y = self.ffn_norm(x)
        return x + self.down(functional.silu(self.gate(y)) * self.up(y))


class Model(nn.Module):
    """Embedding, blocks, norm and an untied head."""

    def __init__(self, arguments):
        super().__init__()
        self.embedding = nn.Embedding(arguments.vocab, arguments.dim)
        self.blocks = nn.ModuleList(
            Block(arguments.dim, arguments.heads, arguments.kv_heads or arguments.heads, arguments.ffn)
            for _ in range(arguments.layers))
        self.norm = nn.RMSNorm(arguments.dim, eps=1e-5)
        self.head = nn.Linear(arguments.dim, arguments.vocab, bias=False)
        half = arguments.dim // arguments.heads // 2
        frequencies = 10_000.0 ** (-torch.arange(half).float() / half)
        angles = torch.arange(arguments.seq).float()[:, None] * frequencies
        self.register_buffer("cosine", angles.cos())
        self.register_buffer("sine", angles.sin())
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens):
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x, self.cosine, self.sine)
        return self.head(self.norm(x))


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    defaults = dict(dim=512, layers=4, heads=8, ffn=1536, vocab=32_000, seq=512, batch=4, steps=5, threads=2)
    for name, value in defaults.items():
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--kv-heads", type=int)
    parser.add_argument("--objective", choices=["ce", "kl"], default="ce")
    parser.add_argument("--compile", action="store_true")
    return parser.parse_args()


def main():
    arguments = parsed()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    model = Model(arguments)
    run = torch.compile(model) if arguments.compile else model
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
    text = torch.randint(0, arguments.vocab, (arguments.batch, arguments.seq + 1))
    labels = text[:, 1:].reshape(-1)
    teacher = None
    if arguments.objective == "kl":
        teacher = torch.randn(labels.numel(), arguments.vocab).log_softmax(-1)
    seconds, losses = [], []
    for _ in range(arguments.steps + 2):
        start = time.perf_counter()
        logits = run(text[:, :-1]).view(-1, arguments.vocab)
        if teacher is None:
            loss = functional.cross_entropy(logits, labels)
        else:
            loss = functional.kl_div(logits.log_softmax(-1), teacher, reduction="batchmean", log_target=True)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seconds.append(time.perf_counter() - start)
        losses.append(loss.item())
    median = statistics.median(seconds[2:])
    print(json.dumps({
        "tokens_per_s": labels.numel() / median,
        "step_s": median,
        "step_min_s": min(seconds[2:]),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "losses": losses,
    }))


if __name__ == "__main__":
    main()
