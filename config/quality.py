"""When a link that answers is worse than it used to be: the settings of `degraded`."""

from pydantic import Field

from config.model import Duration, Model, Number, Period, Ratio


class LossRules(Model):
    """Loss is too much at `times` the link's usual, and never below `least`."""

    times: Number = Field(4.0, gt=1, le=100)
    least: Ratio = Field(0.05, gt=0)


class ShiftRules(Model):
    """Slow is what lies beyond `times` the link's usual, `least` beyond it, and beyond its usual
    95th percentile: all three.
    """

    times: Number = Field(gt=1, le=100)
    least: Duration


class DelayRules(ShiftRules):
    """Of the round trip."""

    times: Number = Field(1.5, gt=1, le=100)
    least: Duration = 0.02


class JitterRules(ShiftRules):
    """Of the difference between two round trips."""

    times: Number = Field(2.0, gt=1, le=100)
    least: Duration = 0.01


class QualityRules(Model):
    """What makes a link `degraded` that answers.

    `false_a_year` is how often a year each link may be called so wrongly. `excursion` is the mean
    length of harmless ups of delay, `habit` how far back the usual reaches, and what has lasted for
    `adopt_after` is the usual from then on.
    """

    false_a_year: Number = Field(12.0, gt=0, le=1000)
    loss: LossRules = LossRules()
    delay: DelayRules = DelayRules()
    jitter: JitterRules = JitterRules()
    excursion: Duration = 20.0
    habit: Period = 86_400.0
    adopt_after: Period = 86_400.0
