#!/bin/sh
# Pins every dependency with its hashes. No index address is written; run it after changing pyproject.toml.
set -eu
cd "$(dirname "$0")/.."
compile() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header "$@"; }
compile pyproject.toml --output-file requirements/base.txt
compile pyproject.toml --group dev --constraints requirements/base.txt --output-file requirements/dev.txt
# What builds the wheel in the image.
echo hatchling | compile - --constraints requirements/dev.txt --output-file requirements/build.txt
