"""Conversations of all skills as token ids, in files that are made once and found later."""

import dataclasses
import multiprocessing
import os
import pathlib
import random
import re

import numpy as np
import tokenizers

import tokenizer as words
from skills import arithmetic, beyond, clips, facts, formats, lists, memory, printed, scenes
from skills import smalltalk, tools, translate
from skills.case import Case
from skills.render import render

# How often a skill is drawn: the more there is to learn, and the shorter its cases, the oftener.
# Lists teach copying, on which most of the others rest.
WEIGHTS = {
    facts: 112,
    arithmetic: 44,
    lists: 56,
    formats: 20,
    memory: 14,
    smalltalk: 12,
    beyond: 28,
    tools: 84,
    translate: 80,
    scenes: 82,
    clips: 24,
}
SKILLS = {m.SKILL: m for m in WEIGHTS}
# The same for a training of the picture encoder alone.
SIGHT = {scenes: 66, printed: 22, clips: 12}
CHUNK = 2000  # conversations of a file
APART = "\ue000"  # between letters that are tokens of their own; in no text


def joinable(case):
    first = case.messages[0].role
    return not case.alone and not case.tools and first == "user"


def weights(sight, oftener):
    """How often each skill is drawn: with SIGHT those that pictures are needed for, else all, and
    those that OFTENER names as many times as often."""
    if sight:
        return SIGHT
    return {m: weight * oftener.get(m.SKILL, 1) for m, weight in WEIGHTS.items()}


def conversation(rng, limit=6, skills=WEIGHTS):
    """A training conversation: often one case, often several after each other, so that the model
    learns to look at what belongs to a question. SKILLS says how often each is drawn."""
    modules, weights = list(skills), list(skills.values())
    draw = lambda: rng.choices(modules, weights)[0].case(rng, False)  # noqa: E731
    case = draw()
    wanted = rng.choice((1, 1, 1, 1, 2, 3, limit))
    if wanted == 1 or not joinable(case):
        return case
    messages = list(case.messages)
    for _ in range(wanted - 1):
        more = draw()
        # Of what came before a memory case must not know: it may ask for what was never told.
        if joinable(more) and more.skill != memory.SKILL:
            messages += more.messages
    return Case("joined", messages)


class Encoder:
    """Token ids of conversations, and which of them are to be learned."""

    def __init__(self, tokenizer, patches):
        self.t = tokenizer
        self.patches = patches
        ids = {name: tokenizer.token_to_id(name) for name in words.SPECIALS}
        self.start, self.end, self.eot = ids[words.START], ids[words.END], ids[words.EOT]
        self.picture = ids[words.PICTURE]
        self.assistant = tokenizer.encode("assistant", add_special_tokens=False).ids

    def ids(self, text):
        """TEXT's tokens, each picture spread over the positions that it takes."""
        spread = text.replace(words.PICTURE, words.PICTURE * self.patches)
        parts = (self.t.encode(p, add_special_tokens=False).ids for p in spread.split(APART))
        return [i for ids in parts for i in ids]

    def case(self, case):
        """(ids, learn) of a whole conversation: learned are the assistant's words and their end."""
        messages = [
            dataclasses.replace(m, content=m.content.replace(m.spelled, APART.join(m.spelled)))
            if m.spelled else m
            for m in case.messages
        ]
        ids = self.ids(render(messages, case.tools))
        learn = np.zeros(len(ids), np.uint8)
        wanted = [m.learn for m in case.messages if m.role == "assistant"]
        head = [self.start, *self.assistant, self.end]
        at, turn = 0, 0
        while at < len(ids):
            if ids[at] == self.start and ids[at : at + len(head)] == head:
                first = at + len(head) + 1  # after the two line ends, one token
                last = ids.index(self.eot, first)
                learn[first : last + 1] = wanted[turn]
                at, turn = last, turn + 1
            at += 1
        if turn != len(wanted):
            raise ValueError(f"{turn} answers found of {len(wanted)} in: {case.messages}")
        return np.array(ids, np.uint16), learn


def texts(n, seed):
    """The text of N conversations of every kind, for the tokenizer to learn from."""
    rng = random.Random(seed)
    for _ in range(n):
        case = conversation(rng)
        text = render(case.messages, case.tools)
        yield re.sub(r"<\|[a-z_]+\|>", "\n", text)
    for module in WEIGHTS:
        yield from getattr(module, "texts", list)()


def _make(job):
    target, seed, tokenizer_path, patches, longest, skills = job
    rng, skills = random.Random(seed), weights(*skills)
    encoder = Encoder(tokenizers.Tokenizer.from_file(str(tokenizer_path)), patches)
    ids, learn, lengths, pixels, labels, counts = [], [], [], [], [], []
    while len(lengths) < CHUNK:
        limit = 5 if rng.random() < 0.997 else 30
        case = conversation(rng, limit, skills)
        i, l = encoder.case(case)
        if len(i) > longest:
            continue
        pictures = [p for m in case.messages for p in m.pictures]
        ids.append(i)
        learn.append(l)
        lengths.append(len(i))
        counts.append(len(pictures))
        pixels += [p.pixels for p in pictures]
        labels += [p.labels for p in pictures]
    part = target.with_suffix(".part.npz")
    np.savez(
        part,
        ids=np.concatenate(ids),
        learn=np.concatenate(learn),
        lengths=np.array(lengths, np.int32),
        counts=np.array(counts, np.int32),
        pixels=np.array(pixels, np.uint8),
        labels=np.array(labels, np.int16),
    )
    part.rename(target)


def path(folder, number):
    return pathlib.Path(folder) / f"{number:05d}.npz"


def make(folder, tokenizer_path, patches, longest, seed, skills, numbers, ahead=False):
    """Makes those of the files NUMBERS of FOLDER that are not there yet; what a file holds depends
    on SEED, SKILLS (what weights() takes) and its number alone. AHEAD: slowly, beside other
    work."""
    if ahead:
        os.nice(19)
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    jobs = [
        (path(folder, i), f"{seed}/{i}", tokenizer_path, patches, longest, skills)
        for i in numbers
        if not path(folder, i).exists()
    ]
    if ahead:
        for job in jobs:
            _make(job)
    elif jobs:
        print(f"making {len(jobs)} files of conversations", flush=True)
        with multiprocessing.Pool() as pool:
            pool.map(_make, jobs, chunksize=1)
