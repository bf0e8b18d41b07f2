"""Small models for tests of the command line, written as GGUF files."""
import os
import random
import struct
from array import array

U16, U32, I32, F32_KV, BOOL, STR, ARR = 2, 4, 5, 6, 7, 8, 9
F32, F16, IQ2_XXS, I32_DATA = 0, 1, 16, 26
TYPE_BYTES = {F32: (1, 4), F16: (1, 2), IQ2_XXS: (256, 66), I32_DATA: (1, 4)}
BYTES = 259  # <unk>, <s>, </s> and the 256 bytes come first
TEMPLATE = ("{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}\n{% endfor %}"
            "{% if add_generation_prompt %}[assistant] {% endif %}")


def text(s):
    b = s if isinstance(s, bytes) else s.encode()
    return struct.pack("<Q", len(b)) + b


def value(kind, v):
    if kind == STR:
        return text(v)
    if kind == ARR:
        elem, items = v
        return struct.pack("<IQ", elem, len(items)) + b"".join(value(elem, x) for x in items)
    return struct.pack({U16: "<H", U32: "<I", I32: "<i", F32_KV: "<f", BOOL: "<?"}[kind], v)


def write(path, pairs, tensors, magic=b"GGUF", version=3):
    """tensors: (name, type, shape, bytes or None); None leaves a hole of zeros in the file."""
    head = magic + struct.pack("<IQQ", version, len(tensors), len(pairs))
    for key, kind, v in pairs:
        head += text(key) + struct.pack("<I", kind) + value(kind, v)
    at = 0
    for name, kind, shape, _ in tensors:
        head += text(name) + struct.pack("<I", len(shape))
        head += b"".join(struct.pack("<Q", d) for d in shape) + struct.pack("<IQ", kind, at)
        at += padded(tensor_bytes(kind, shape))
    with open(path, "wb") as f:
        f.write(head)
        start = padded(len(head))
        at = 0
        for _, kind, shape, data in tensors:
            if data is not None:
                f.seek(start + at)
                f.write(data)
            at += padded(tensor_bytes(kind, shape))
        f.truncate(start + at)
    return path


def padded(n):
    return (n + 31) // 32 * 32


def tensor_bytes(kind, shape):
    n = 1
    for d in shape:
        n *= d
    block, size = TYPE_BYTES[kind]
    return n // block * size


def vocabulary(n):
    """A SentencePiece vocabulary of bytes and a few words."""
    tokens = ["<unk>", "<s>", "</s>"] + ["<0x%02X>" % i for i in range(256)]
    tokens += ["word%d" % i for i in range(n - len(tokens))]
    types = [2, 3, 3] + [6] * 256 + [1] * (n - BYTES)
    return [("tokenizer.ggml.model", STR, "llama"),
            ("tokenizer.ggml.tokens", ARR, (STR, tokens)),
            ("tokenizer.ggml.scores", ARR, (F32_KV, [-float(i) for i in range(n)])),
            ("tokenizer.ggml.token_type", ARR, (I32, types)),
            ("tokenizer.ggml.add_space_prefix", BOOL, False)]


class Shape:
    """A llama; `sparse` leaves all weights zero without writing them, `more` are further pairs."""

    def __init__(self, arch="llama", layers=1, embd=64, heads=4, ff=96, vocab=300, ctx=512,
                 kind=F32, sparse=False, template=None, missing=None, seed=1, more=()):
        self.__dict__.update(locals())

    def pairs(self):
        a = self.arch
        p = [("general.architecture", STR, a), ("general.name", STR, "made by a test"),
             (a + ".block_count", U32, self.layers), (a + ".context_length", U32, self.ctx),
             (a + ".embedding_length", U32, self.embd), (a + ".feed_forward_length", U32, self.ff),
             (a + ".attention.head_count", U32, self.heads),
             (a + ".attention.layer_norm_rms_epsilon", F32_KV, 1e-5)]
        if self.template:
            p.append(("tokenizer.chat_template", STR, self.template))
        return p + list(self.more) + vocabulary(self.vocab)

    def tensors(self):
        e, f, k = self.embd, self.ff, self.kind
        t = [("token_embd.weight", k, (e, self.vocab))]
        for i in range(self.layers):
            b = "blk.%d." % i
            t += [(b + "attn_norm.weight", F32, (e,)), (b + "ffn_norm.weight", F32, (e,))]
            t += [(b + "attn_" + n + ".weight", k, (e, e)) for n in ("q", "k", "v", "output")]
            t += [(b + "ffn_gate.weight", k, (e, f)), (b + "ffn_up.weight", k, (e, f)),
                  (b + "ffn_down.weight", k, (f, e))]
        t += [("output_norm.weight", F32, (e,)), ("output.weight", k, (e, self.vocab))]
        rng = random.Random(self.seed)
        return [(n, kind, shape, None if self.sparse else weights(rng, kind, shape))
                for n, kind, shape in t if n != self.missing]

    def write(self, path):
        return write(path, self.pairs(), self.tensors())


def weights(rng, kind, shape):
    n = 1
    for d in shape:
        n *= d
    if kind != F32:
        return bytes(tensor_bytes(kind, shape))
    if len(shape) == 1:
        return array("f", [1.0] * n).tobytes()
    size = 3.4 / shape[0] ** 0.5
    return array("f", [(rng.random() - 0.5) * size for _ in range(n)]).tobytes()


def split(shape, folder):
    """The model in three parts; returns their paths."""
    tensors = shape.tensors()
    third = (len(tensors) + 2) // 3
    paths = []
    for i in range(3):
        pairs = shape.pairs() if i == 0 else []
        pairs = pairs + [("split.no", U16, i), ("split.count", U16, 3),
                         ("split.tensors.count", I32, len(tensors))]
        path = os.path.join(folder, "parts-%05d-of-00003.gguf" % (i + 1))
        write(path, pairs, tensors[i * third:(i + 1) * third])
        paths.append(path)
    return paths
