#!/bin/sh
# What the chart's tests need: helm, built by Go, and a validator with Kubernetes' own schemas. Kept between runs.
set -eu
tools="${XDG_CACHE_HOME:-$HOME/.cache}/kafkaadmin/tools"
mkdir -p "$tools/bin"
if [ ! -x "$tools/bin/helm" ]; then
  command -v go > /dev/null || { echo "helm cannot be had: there is no Go on this machine" >&2; exit 1; }
  GOBIN="$tools/bin" GOFLAGS=-mod=mod go install helm.sh/helm/v3/cmd/helm@latest
fi
if [ ! -x "$tools/validate/bin/kubernetes-validate" ]; then
  "${PYTHON:-python3}" -m venv "$tools/validate"
  "$tools/validate/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0
fi
