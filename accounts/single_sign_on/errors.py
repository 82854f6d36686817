"""Why somebody was not signed in, and what to do about it."""


class SignInRefused(Exception):
    """A sentence for the person, without anything secret."""

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.advice = sentence, advice


class ProviderAway(SignInRefused):
    """The provider did not answer, or nothing usable."""
