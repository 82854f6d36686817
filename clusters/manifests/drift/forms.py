"""The form of the manifest that is kept for a cluster."""

from clusters.manifests.forms import ManifestForm


class KeptManifestForm(ManifestForm):
    """As for a comparison at once; what it does not list may count as drift too."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        del self.fields["rate"]  # nothing is moved
        field = self.fields["remove"]
        field.label = "Report what the file does not list"
        field.help_text = "Of the kinds of resources that the file has. Otherwise only what it lists is compared."
