"""The built-in model: a Llama decoder, a SigLIP-like ViT and an MLP projector in the LLaVA manner.

Names of weights are those of transformers (LlamaForCausalLM, SiglipVisionModel, LlavaProjector), so
that an exported folder can be loaded there.
"""

from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass(frozen=True)
class Shape:
    """What the files say of the model; all sizes in values."""

    vocab: int = 4096
    width: int = 256
    layers: int = 8
    heads: int = 4
    kv_heads: int = 2
    ff: int = 768
    context: int = 2048
    rope_base: float = 10000.0
    eps: float = 1e-5
    picture: int = 96  # pixels a side
    patch: int = 12
    vit_width: int = 192
    vit_layers: int = 6
    vit_heads: int = 6
    vit_ff: int = 768
    vit_eps: float = 1e-6

    @property
    def head(self):
        return self.width // self.heads

    @property
    def patches(self):
        """Positions that a picture takes in a conversation."""
        return (self.picture // self.patch) ** 2


def rope_table(shape, n):
    """cos and sin [n, head], for halves that are rotated against each other."""
    inverse = shape.rope_base ** (-torch.arange(0, shape.head, 2, dtype=torch.float64) / shape.head)
    angle = torch.outer(torch.arange(n, dtype=torch.float64), inverse)
    angle = torch.cat([angle, angle], dim=-1)
    return angle.cos().float(), angle.sin().float()


def rotate(x, cos, sin):
    a, b = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-b, a], dim=-1) * sin


def attend(q, k, v, later=None):
    """Attention of q [b, heads, t, head] over k, v [b, kv_heads, n, head] in plain products: on a
    CPU the backward pass of PyTorch's fused one takes several times as long. LATER [t, n] marks
    what a query must not see."""
    b, heads, t, head = q.shape
    group = heads // k.shape[1]
    q = q.reshape(b, heads // group, group * t, head)  # the heads of a group below each other
    scores = q @ k.transpose(-1, -2) * head**-0.5
    if later is not None:
        scores = scores.masked_fill(later.repeat(group, 1), float("-inf"))
    return (scores.softmax(-1).to(v.dtype) @ v).reshape(b, heads, t, head)


def attend_back(q, k, v, block=256):
    """Causal attention, a BLOCK of queries at a time over the keys up to its end."""
    t = q.shape[2]
    later = torch.ones(t, t, dtype=torch.bool, device=q.device).triu(1)
    parts = []
    for first in range(0, t, block):
        end = min(first + block, t)
        seen = later[first:end, :end]
        parts.append(attend(q[:, :, first:end], k[:, :, :end], v[:, :, :end], seen))
    return torch.cat(parts, dim=2)


def together(x, *layers):
    """What several linear layers without bias make of X, computed as one product."""
    y = F.linear(x, torch.cat([layer.weight for layer in layers]))
    return y.split([layer.out_features for layer in layers], dim=-1)


class Attention(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s = s
        self.q_proj = nn.Linear(s.width, s.heads * s.head, bias=False)
        self.k_proj = nn.Linear(s.width, s.kv_heads * s.head, bias=False)
        self.v_proj = nn.Linear(s.width, s.kv_heads * s.head, bias=False)
        self.o_proj = nn.Linear(s.heads * s.head, s.width, bias=False)

    def forward(self, x, cos, sin):
        b, t, _ = x.shape
        q, k, v = (
            p.reshape(b, t, -1, self.s.head).transpose(1, 2)
            for p in together(x, self.q_proj, self.k_proj, self.v_proj)
        )
        y = attend_back(rotate(q, cos, sin), rotate(k, cos, sin), v)
        return self.o_proj(y.transpose(1, 2).reshape(b, t, -1))


class FeedForward(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.gate_proj = nn.Linear(s.width, s.ff, bias=False)
        self.up_proj = nn.Linear(s.width, s.ff, bias=False)
        self.down_proj = nn.Linear(s.ff, s.width, bias=False)

    def forward(self, x):
        gate, up = together(x, self.gate_proj, self.up_proj)
        return self.down_proj(F.silu(gate) * up)


class Layer(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.input_layernorm = nn.RMSNorm(s.width, s.eps)
        self.self_attn = Attention(s)
        self.post_attention_layernorm = nn.RMSNorm(s.width, s.eps)
        self.mlp = FeedForward(s)

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    """Embeddings to final hidden values; the output layer is the embedding."""

    def __init__(self, s):
        super().__init__()
        self.embed_tokens = nn.Embedding(s.vocab, s.width)
        self.layers = nn.ModuleList(Layer(s) for _ in range(s.layers))
        self.norm = nn.RMSNorm(s.width, s.eps)
        cos, sin = rope_table(s, s.context)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def forward(self, x):
        t = x.shape[1]
        cos, sin = self.cos[:t].to(x.dtype), self.sin[:t].to(x.dtype)
        for layer in self.layers:
            x = layer(x, cos, sin)
        return self.norm(x)


class VitAttention(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.heads = s.vit_heads
        self.q_proj = nn.Linear(s.vit_width, s.vit_width)
        self.k_proj = nn.Linear(s.vit_width, s.vit_width)
        self.v_proj = nn.Linear(s.vit_width, s.vit_width)
        self.out_proj = nn.Linear(s.vit_width, s.vit_width)

    def forward(self, x):
        b, t, w = x.shape
        q, k, v = (
            p(x).view(b, t, self.heads, w // self.heads).transpose(1, 2)
            for p in (self.q_proj, self.k_proj, self.v_proj)
        )
        y = attend(q, k, v)
        return self.out_proj(y.transpose(1, 2).reshape(b, t, w))


class VitMlp(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.fc1 = nn.Linear(s.vit_width, s.vit_ff)
        self.fc2 = nn.Linear(s.vit_ff, s.vit_width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x), approximate="tanh"))


class VitLayer(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.layer_norm1 = nn.LayerNorm(s.vit_width, s.vit_eps)
        self.self_attn = VitAttention(s)
        self.layer_norm2 = nn.LayerNorm(s.vit_width, s.vit_eps)
        self.mlp = VitMlp(s)

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class Vit(nn.Module):
    """Pictures uint8 [n, side, side, 3] to patch features [n, patches, vit_width]."""

    def __init__(self, s):
        super().__init__()
        self.s = s
        self.patch_embedding = nn.Linear(3 * s.patch * s.patch, s.vit_width)
        self.position_embedding = nn.Parameter(torch.zeros(s.patches, s.vit_width))
        self.layers = nn.ModuleList(VitLayer(s) for _ in range(s.vit_layers))
        self.post_layernorm = nn.LayerNorm(s.vit_width, s.vit_eps)

    def forward(self, pixels):
        n, p = pixels.shape[0], self.s.patch
        side = self.s.picture // p
        x = pixels.to(self.position_embedding.dtype) / 127.5 - 1
        x = x.view(n, side, p, side, p, 3).permute(0, 1, 3, 5, 2, 4)  # as a convolution has it
        x = self.patch_embedding(x.reshape(n, side * side, 3 * p * p)) + self.position_embedding
        for layer in self.layers:
            x = layer(x)
        return self.post_layernorm(x)


class Projector(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.linear_1 = nn.Linear(s.vit_width, s.width)
        self.linear_2 = nn.Linear(s.width, s.width)

    def forward(self, x):
        return self.linear_2(F.gelu(self.linear_1(x)))


class Model(nn.Module):
    """The whole model. PICTURE is the id of the token that stands for one patch."""

    def __init__(self, s, picture_token):
        super().__init__()
        self.s = s
        self.picture_token = picture_token
        self.decoder = Decoder(s)
        self.vit = Vit(s)
        self.projector = Projector(s)
        self.apply(self.start)
        nn.init.normal_(self.vit.position_embedding, std=0.02)
        deep = (2 * s.layers) ** -0.5, (2 * s.vit_layers) ** -0.5
        for name, w in self.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                w.data.mul_(deep[0])
            elif name.endswith(("out_proj.weight", "fc2.weight")):
                w.data.mul_(deep[1])

    @staticmethod
    def start(m):
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=m.in_features**-0.5)
            if m.bias is not None:
                nn.init.zeros_(m.bias)
        elif isinstance(m, nn.Embedding):
            nn.init.normal_(m.weight, std=0.02)

    def embed(self, ids, features):
        """Embeddings [b, t, width] of IDS, those of picture tokens taken from FEATURES (projected
        patches [n, patches, width], or None) in order."""
        x = self.decoder.embed_tokens(ids)
        if features is None:
            return x
        flat = x.reshape(-1, self.s.width)
        at = (ids.reshape(-1) == self.picture_token).nonzero().squeeze(1)
        flat = flat.index_copy(0, at, features.reshape(-1, self.s.width).to(flat.dtype))
        return flat.view_as(x)

    def logits(self, hidden):
        return F.linear(hidden, self.decoder.embed_tokens.weight)

    def forward(self, ids, pixels=None):
        """Logits [b, t, vocab] of IDS [b, t], with the PIXELS of their pictures in order."""
        features = None if pixels is None else self.projector(self.vit(pixels))
        return self.logits(self.decoder(self.embed(ids, features)))
