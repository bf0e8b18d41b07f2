"""Pictures of printed words alone: of what pictures show, words are the hardest to see."""

try:
    from . import scenes
    from .charts import Text
except ImportError:
    import scenes
    from charts import Text


def case(rng, heldout):
    return scenes.case(rng, heldout, Text)
