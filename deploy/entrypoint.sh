#!/bin/sh
# What is secret comes as a file: RECAPITO_DATABASE_URL_FILE names the one that holds RECAPITO_DATABASE_URL.
set -eu
for variable in $(env | sed -n 's/^\(RECAPITO_[A-Z0-9_]*\)_FILE=.*$/\1/p'); do
  eval "file=\$${variable}_FILE"
  value=$(cat "$file")
  export "$variable=$value"
  unset "${variable}_FILE"
done
exec "$@"
