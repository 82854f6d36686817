"""The form for an election of preferred leaders."""

from typing import Any

from clusters.form_fields import TopicPartitionsForm


class ElectionForm(TopicPartitionsForm):
    """A topic and its partitions, or all of them."""

    def choice(self) -> dict[str, Any]:
        return {"topic": self.cleaned_data["topic"], "numbers": self.cleaned_data["partitions"]}
