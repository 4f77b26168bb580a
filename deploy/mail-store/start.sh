#!/bin/sh
# Writes Dovecot's configuration for this start, and becomes Dovecot.
set -eu
set -- --out "$RECAPITO_STORE" --gate "$RECAPITO_MAILBOX_URL" --host '*' --run /run/recapito
if [ -n "${RECAPITO_TLS_CERTIFICATE:-}" ]; then
  set -- "$@" --certificate "$RECAPITO_TLS_CERTIFICATE" --key "$RECAPITO_TLS_KEY"
fi
if [ -n "${RECAPITO_INNER_CERTIFICATE:-}" ]; then
  set -- "$@" --inner-certificate "$RECAPITO_INNER_CERTIFICATE" --inner-key "$RECAPITO_INNER_KEY" --inner-ca "$RECAPITO_INNER_CA"
fi
node apps/mailbox/dist/dovecot/write-configuration.js "$@"
exec dovecot -F -c /recapito/deploy/mail-store/dovecot.conf
