"""The state of a training in a file. It is replaced whole: an interruption leaves the last one."""

import torch


def save(path, modules, optimizer, **numbers):
    """Keeps MODULES (by name), OPTIMIZER and NUMBERS in PATH."""
    state = {name: module.state_dict() for name, module in modules.items()}
    part = path.with_suffix(".part")
    torch.save({**state, "optimizer": optimizer.state(), **numbers}, part)
    part.rename(path)


def load(path, modules, device, optimizer=None):
    """Fills MODULES, and OPTIMIZER if there is one, from PATH; returns the numbers."""
    state = torch.load(path, weights_only=True, map_location=device)
    for name, module in modules.items():
        module.load_state_dict(state[name])
    if optimizer:
        optimizer.load(state["optimizer"])
    return {k: v for k, v in state.items() if isinstance(v, (int, float))}
