"""Greedy answers of the PyTorch model, and how many of them are right."""

import random

import numpy as np
import torch

from skills.render import render


@torch.no_grad()
def answers(model, encoder, prompts, pictures, longest=160):
    """The answer to each of PROMPTS (rendered, open for the assistant) with its list of PICTURES.
    Each step computes everything anew: slow, and as simple as can be."""
    rows = [encoder.ids(p) for p in prompts]
    pixels = [p.pixels for of in pictures for p in of]
    features = None
    if pixels:
        features = model.projector(model.vit(torch.from_numpy(np.array(pixels))))
    got = [[] for _ in rows]
    open_rows = list(range(len(rows)))
    of_row = np.concatenate([[0], np.cumsum([len(p) for p in pictures])])
    for _ in range(longest):
        if not open_rows:
            break
        n = max(len(rows[i]) for i in open_rows)
        ids = torch.full((len(open_rows), n), 0)
        for k, i in enumerate(open_rows):
            ids[k, : len(rows[i])] = torch.tensor(rows[i])
        some = None
        if features is not None:
            some = torch.cat([features[of_row[i] : of_row[i + 1]] for i in open_rows])
        hidden = model.decoder(model.embed(ids, some if some is not None and len(some) else None))
        last = torch.tensor([len(rows[i]) - 1 for i in open_rows])
        picked = model.logits(hidden[torch.arange(len(open_rows)), last]).argmax(-1).tolist()
        for i, token in zip(list(open_rows), picked):
            if token == encoder.eot:
                open_rows.remove(i)
            else:
                got[i].append(token)
                rows[i].append(token)
    return [encoder.t.decode(g) for g in got]


def questions(module, n, seed, heldout=True):
    """N judged turns of a skill: (messages before, tools, pictures, Message that was expected)."""
    rng = random.Random(seed)
    found = []
    while len(found) < n:
        case = module.case(rng, heldout)
        for k, m in enumerate(case.messages):
            if m.role == "assistant" and m.accept:
                before = case.messages[:k]
                pictures = [p for b in before for p in b.pictures]
                found.append((before, case.tools, pictures, m))
    return found[:n]


def judge(model, encoder, module, n, seed=7, rows=50):
    """(right, wrong ones as (prompt, expected, answer)) of N held-out questions of a skill."""
    asked = questions(module, n, seed)
    asked.sort(key=lambda q: sum(len(m.content) for m in q[0]))
    right, wrong = 0, []
    for k in range(0, len(asked), rows):
        some = asked[k : k + rows]
        prompts = [render(before, tools, True) for before, tools, _, _ in some]
        for prompt, (_, _, _, m), answer in zip(
            prompts, some, answers(model, encoder, prompts, [q[2] for q in some])
        ):
            if m.accept(answer):
                right += 1
            else:
                wrong.append((prompt, m.content, answer))
    return right, wrong
