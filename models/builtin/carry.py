"""Embeddings for a new vocabulary from those that a model has learned for another."""

import tokenizers
import torch

from tokenizer import SPACE


def _model(path):
    """The tokens by id, and the byte-level BPE, of the tokenizer file PATH."""
    t = tokenizers.Tokenizer.from_file(str(path))
    ids = t.get_vocab()
    return sorted(ids, key=ids.get), t.model


def _twin(token):
    """TOKEN behind a space, or the token that it is the twin of."""
    return token[len(SPACE):] if token.startswith(SPACE) else SPACE + token


def embeddings(learned, old_path, new_path):
    """LEARNED [old tokens, width] for the tokens of NEW_PATH: a token that both have keeps its
    value; one whose twin was there gets that value, moved as twins differ in the mean; any other
    gets the mean of the old tokens that spell it."""
    (old, bpe), (new, _) = _model(old_path), _model(new_path)
    rows = {token: row for token, row in zip(old, learned)}
    pairs = [(rows[t], rows[SPACE + t]) for t in old if SPACE + t in rows]
    moved = torch.stack([spaced - bare for bare, spaced in pairs]).mean(0)

    def row(token):
        if token in rows:
            return rows[token]
        if _twin(token) in rows:
            return rows[_twin(token)] + (moved if token.startswith(SPACE) else -moved)
        return torch.stack([rows[piece.value] for piece in bpe.tokenize(token)]).mean(0)

    return torch.stack([row(token) for token in new])
