"""The vocabulary: byte-level BPE, cut as Llama 3 cuts, each digit a token of its own."""

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

# Llama 3's pattern. While merges are learned digits stand alone, so that none of them joins others;
# the pieces of up to three digits then fall into single ones.
CUT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def _cutter(pattern):
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(tokenizers.Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def learn(texts, vocab):
    """A tokenizer of VOCAB tokens whose merges come from TEXTS (an iterable of strings)."""
    t = tokenizers.Tokenizer(models.BPE(ignore_merges=True))
    t.pre_tokenizer = _cutter(CUT.replace(r"\p{N}{1,3}", r"\p{N}"))
    trainer = trainers.BpeTrainer(
        vocab_size=vocab - len(SPECIALS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    t.train_from_iterator(texts, trainer)
    t.pre_tokenizer = _cutter(CUT)
    t.decoder = decoders.ByteLevel()
    t.add_special_tokens(SPECIALS)
    if t.get_vocab_size() != vocab:
        raise SystemExit(f"the texts give only {t.get_vocab_size()} of {vocab} tokens")
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
