#!/bin/sh
# Installs the Debian packages that the tests need and that are missing. Starts no service.
set -eu

missing=""
need() { # command, package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need java openjdk-17-jre-headless
need mvn maven
need ps procps
need redis-server redis-server
need prometheus prometheus
need promtool prometheus
need haproxy haproxy
need nginx nginx-light
need slapd slapd
need ldapadd ldap-utils
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
shell=""
command -v chromium-headless-shell >/dev/null 2>&1 || shell=chromium-headless-shell
[ -z "$missing$shell" ] && exit 0

echo "Installing:$missing $shell"
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
install() {
    $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
# Chromium without windows costs the tests half as much; where there is none, they take Chromium itself.
if [ -n "$shell" ] && ! install "$shell"; then
    need chromium chromium
fi
# shellcheck disable=SC2086
[ -z "$missing" ] || install $missing
