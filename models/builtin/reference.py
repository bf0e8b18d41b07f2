"""What PyTorch computes from the shipped files, for the tests of takt to agree with."""

import pathlib
import random
import shutil

import gguf
import numpy as np
import torch

from skills import scenes
from skills.case import Message
from skills.render import render

FILES = ("builtin-text.gguf", "builtin-picture.gguf")
ROWS = 24  # of logits: a row has as many values as the vocabulary has tokens


@torch.no_grad()
def _write(model, encoder, path, text, pictures):
    """Writes tensors of a GGUF file: ids, the logits of the last ROWS positions (of all when there
    is no picture: the form that `takt eval --against` reads), and for pictures their pixels and
    what the projector makes of them."""
    ids = torch.tensor([encoder.ids(text)])
    pixels = torch.from_numpy(np.array([p.pixels for p in pictures])) if pictures else None
    logits = model(ids, pixels)[0]
    out = gguf.GGUFWriter(str(path), "reference")
    out.add_tensor("ids", ids[0].numpy().astype(np.int32))
    out.add_tensor("logits", logits[-ROWS if pictures else 0 :].contiguous().numpy())
    if pictures:
        out.add_tensor("pixels", pixels.numpy().view(np.int8))
        out.add_tensor("features", model.projector(model.vit(pixels)).numpy())
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def record(model, encoder, folder):
    """Writes FILES into FOLDER."""
    text = render([Message("user", "What is takt?"), Message("assistant", "takt is")], None)
    _write(model, encoder, pathlib.Path(folder) / FILES[0], text, [])
    case = scenes.case(random.Random(1), True)
    shown = case.messages[:2]
    _write(model, encoder, pathlib.Path(folder) / FILES[1], render(shown, None), shown[0].pictures)


def install(folder):
    """Copies FILES of FOLDER to where the tests look for them."""
    tests = pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "data"
    for name in FILES:
        shutil.copy(pathlib.Path(folder) / name, tests / name)
