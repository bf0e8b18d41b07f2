"""The vocabulary: byte-level BPE, cut as Llama 3 cuts, each digit a token of its own."""

import collections
import json

import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

BEGIN, START, END, EOT = (
    "<|begin_of_text|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
)
PICTURE, PAD = "<|image|>", "<|pad|>"
SPECIALS = [BEGIN, START, END, EOT, PICTURE, PAD, "<|reserved_0|>", "<|reserved_1|>"]

SPACE = "\u0120"  # as byte-level BPE spells it
CUT = (  # Llama 3's pattern
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
# What merges are learned from: nothing joins a word's first letter with what stands before it, and
# digits stand alone, so that the pieces of up to three of them then fall into single ones.
LEARNED = (
    CUT.replace(r"\p{N}{1,3}", r"\p{N}").replace(r"[^\r\n\p{L}\p{N}]?", "").replace(" ?", "")
)


def _cutter(pattern):
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(tokenizers.Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def _merged(texts, size):
    """SIZE tokens, bytes first, and the merges that make them, learned from TEXTS."""
    t = tokenizers.Tokenizer(models.BPE())
    t.pre_tokenizer = _cutter(LEARNED)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    t.train_from_iterator(texts, trainer)
    learned = json.loads(t.to_str())["model"]
    if len(learned["vocab"]) != size:
        raise SystemExit(f"the texts give only {len(learned['vocab'])} of {size} tokens")
    return list(learned["vocab"]), [tuple(pair) for pair in learned["merges"]]


def _spaced(texts):
    """How often each piece stands behind a space in TEXTS."""
    cut, counts = _cutter(LEARNED), collections.Counter()
    for text in texts:
        pieces = [piece for piece, _ in cut.pre_tokenize_str(text)]
        counts.update(b for a, b in zip(pieces, pieces[1:]) if a == SPACE)
    return counts


def _firsts(tokens, merges, spaced):
    """The tokens that the pieces of SPACED begin with, the most frequent first."""
    bpe = models.BPE({token: i for i, token in enumerate(tokens)}, merges)
    counts = collections.Counter()
    for piece, count in spaced.items():
        counts[bpe.tokenize(piece)[0].value] += count
    return [token for token, _ in counts.most_common()]


def learn(texts, vocab):
    """A tokenizer of VOCAB tokens whose merges come from TEXTS (strings). Words are cut alike
    wherever they stand: merges know no space, and the last of them join one to a word's first
    token. What copies a word from between quotes to behind a space so has only that token to
    exchange for its twin."""
    room = vocab - len(SPECIALS)
    tokens, merges = _merged(texts, room)
    spaced, alphabet = _spaced(texts), len(tokens) - len(merges)
    low, high = 0, len(merges)
    while low < high:  # the most merges that leave room for all twins
        n = (low + high + 1) // 2
        firsts = _firsts(tokens[: alphabet + n], merges[:n], spaced)
        low, high = (n, high) if alphabet + n + len(firsts) <= room else (low, n - 1)
    tokens, merges = tokens[: alphabet + low], merges[:low]
    firsts = _firsts(tokens, merges, spaced)
    merges += [(SPACE, token) for token in firsts]
    tokens += [SPACE + token for token in firsts]
    ids = {token: i for i, token in enumerate(tokens)}
    t = tokenizers.Tokenizer(models.BPE(ids, merges, ignore_merges=True))
    t.pre_tokenizer = _cutter(CUT)
    t.decoder = decoders.ByteLevel()
    spare = (f"<|reserved_{2 + i}|>" for i in range(room - len(tokens)))
    t.add_special_tokens([*SPECIALS, *spare])
    return t


def config(template):
    """tokenizer_config.json, with the chat TEMPLATE."""
    return json.dumps(
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": BEGIN,
            "eos_token": EOT,
            "pad_token": PAD,
            "clean_up_tokenization_spaces": False,
            "chat_template": template,
        },
        indent=1,
        ensure_ascii=False,
    )
