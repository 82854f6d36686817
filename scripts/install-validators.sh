#!/bin/sh
# What the tests of the chart and of docker-compose.yml need: helm, built by Go, a validator with Kubernetes' own schemas,
# and the schema of compose files. Kept between runs.
set -eu
tools="${XDG_CACHE_HOME:-$HOME/.cache}/kafkaadmin/tools"
mkdir -p "$tools/bin"
if [ ! -x "$tools/validate/bin/kubernetes-validate" ]; then
  "${PYTHON:-python3}" -m venv "$tools/validate"
  "$tools/validate/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0
fi
command -v go > /dev/null || { echo "helm and the schema of compose cannot be had: there is no Go on this machine" >&2; exit 1; }
if [ ! -x "$tools/bin/helm" ]; then
  GOBIN="$tools/bin" GOFLAGS=-mod=mod go install helm.sh/helm/v3/cmd/helm@latest
fi
if [ ! -f "$tools/compose-spec.json" ]; then
  (cd "$tools" && go mod download github.com/compose-spec/compose-go/v2@v2.16.2)
  cp "$(go env GOMODCACHE)/github.com/compose-spec/compose-go/v2@v2.16.2/schema/compose-spec.json" "$tools/compose-spec.json.new"
  mv "$tools/compose-spec.json.new" "$tools/compose-spec.json"
fi
