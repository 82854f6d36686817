#!/bin/sh
# Installs the Debian packages that the tests need and that are missing. Starts no service.
set -eu

missing=""
need() { # command, package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need chromium-headless-shell chromium-headless-shell
need java openjdk-17-jre-headless
need mvn maven
need ps procps
need redis-server redis-server
need prometheus prometheus
need promtool prometheus
need haproxy haproxy
need slapd slapd
need ldapadd ldap-utils
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0

echo "Installing:$missing"
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
