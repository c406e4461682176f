"""What is played: which links, for how long, so that it says something and ends in time."""

from bench.judgement.contender import GUARDIA, LIFE, PEERS
from bench.judgement.link_model import MODELS, LinkModel
from bench.judgement.trial import Trial

LEARNING_DAYS = 30.0
LIFE_LOSSES = (0.001, 0.01, 0.05, 0.2)
LIFE_MODELS = (
    *(LinkModel("independent", loss) for loss in LIFE_LOSSES),
    *(
        LinkModel("bursts", loss, burst_s)
        for burst_s in (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
        for loss in LIFE_LOSSES
    ),
)
"""Of science.md A.4."""
_LOSS_YEARS = 0.6
"""Site-years of each model times its loss: every cell then has about as many lost probes."""
_PEER_SHARE = 0.1
_LIFE_LEARNING_DAYS = 10.0
_LIFE_YEARS = 0.001


def plan(effort: float, links: int) -> list[Trial]:
    """Return all trials, one life of each link after the other, so that a cut hits all alike.

    `effort` is the share of the full number of site-years.
    """
    trials = []
    for seed in range(links):
        for model in MODELS:
            years = effort * _LOSS_YEARS / model.loss_ratio / links
            trials.append(Trial(model, GUARDIA.name, seed, LEARNING_DAYS, years, 25, 100))
            trials += [
                Trial(model, peer.name, seed, 0.0, years * _PEER_SHARE, 25) for peer in PEERS
            ]
        if seed < max(1, links // 5):
            trials += [
                Trial(model, LIFE.name, seed, _LIFE_LEARNING_DAYS, _LIFE_YEARS, 100)
                for model in LIFE_MODELS
            ]
    return trials
