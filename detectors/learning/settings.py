"""Settings of learning. They stand apart from it, so that reading them does not load River."""

from pydantic import BaseModel, ConfigDict, Field


class LearnerSettings(BaseModel):
    """How fast and how freely weights move."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # On a year of shop visits .02 to .1 differ by less than chance; .01 starts too slowly.
    rate: float = Field(0.03, gt=0)
    # River moves the intercept at a constant rate: at its own .01 the last few hundred examples
    # of a week decide the level of all risks.
    intercept_rate: float = Field(0.003, ge=0)
    shrinkage: float = Field(1e-5, ge=0)  # L2; up to 1e-2 made no difference either
    # Features are logs, ratios and small counts. Beyond this something upstream is broken, and
    # one such value would widen a deviation for years.
    value_max: float = Field(1000.0, gt=0)


class TextLearnerSettings(BaseModel):
    """How fast the reading of complaints moves away from the word lists."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Of .03, .1, .2 and .4 the best on reviews and tweets after 1,000 labels and after 10,000.
    rate: float = Field(0.2, gt=0)
    shrinkage: float = Field(0.0, ge=0)  # L2; AdaGrad slows down by itself


class BlendSettings(BaseModel):
    """From when on the learned model is heard, and from when on it speaks alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Below thirty churns an AUC is a guess (standard error .05); at two hundred it is .02.
    positives_from: int = Field(30, ge=0)
    positives_full: int = Field(200, ge=1)
    # Measured on a history that begins with its first customers: learned alone after two weeks
    # of snapshots log-loss .47, the rules .26; from twelve weeks on it beats them each month.
    weeks_from: int = Field(4, ge=0)
    weeks_full: int = Field(12, ge=1)
    # Changes of one feature from example to example: a hundred complaints make two hundred.
    changes_from: int = Field(200, ge=0)
    changes_full: int = Field(2000, ge=1)


class LearningSettings(BaseModel):
    """Everything that can change what is learned."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    learner: LearnerSettings = LearnerSettings()
    blend: BlendSettings = BlendSettings()
    text: TextLearnerSettings = TextLearnerSettings()
