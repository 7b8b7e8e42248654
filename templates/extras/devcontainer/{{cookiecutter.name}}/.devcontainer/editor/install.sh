#!/bin/sh
# Run by root when the dev container is built, on top of the image's stage `dev`.
set -eu

apt-get update
apt-get install --yes --no-install-recommends git openssh-client
rm -rf /var/lib/apt/lists/*

# The service's user has neither a home nor a shell, and an editor keeps its server in the home.
usermod --home /home/app --shell /bin/bash app
install --directory --owner app --group app /home/app
