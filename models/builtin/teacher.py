"""What only training needs: a reader of the picture encoder's features."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from skills import draw


class Teacher(nn.Module):
    """Tells from the encoder's features what is at every patch: kind, colour, size, place and way
    of the thing there. That gives the encoder far more to learn from than a few words about a whole
    picture."""

    COUNTS = (1.0, 0.5, 0.3, 0.5, 0.3)  # of the labels, in the order of draw.LABELS
    BEHIND = 0.2  # what a patch of background counts, of which there are many

    def __init__(self, shape):
        super().__init__()
        self.head = nn.Linear(shape.vit_width, sum(draw.LABELS))

    def forward(self, features, labels):
        told = self.head(features).float().flatten(0, 1).split(draw.LABELS, dim=-1)
        labels = labels.reshape(-1, len(draw.LABELS))
        weights = torch.where(labels[:, 0] == 0, self.BEHIND, 1.0)
        lost = sum(
            count * F.cross_entropy(each, labels[:, i], reduction="none")
            for i, (count, each) in enumerate(zip(self.COUNTS, told))
        )
        return (lost * weights).sum() / weights.sum()
