"""The form of a cluster's Protobuf files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from clusters.form_fields import KafkaErrorForm
from clusters.protobuf_types.changes import MOST_BYTES


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, as bytes by their names."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=FilesInput, **options)

    def clean(
        self, data: "Sequence[UploadedFile[Any]] | UploadedFile[Any] | None", initial: Any = None
    ) -> dict[str, bytes]:
        uploads = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(upload, initial) for upload in uploads or [None]]
        return {str(file.name): file.read(MOST_BYTES + 1) for file in files}


class ProtobufFilesForm(KafkaErrorForm):
    file = FilesField(
        label="Files",
        help_text=".proto files with all that they import, or descriptor sets. They replace those that are there.",
    )
