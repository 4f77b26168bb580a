#!/bin/sh
# Starts Redis in a container: it speaks TLS alone and asks everybody for a password. The password goes from its file into a
# configuration that nobody else reads: everybody can read the words of a command. Nothing is kept on disk: queues only wake
# the services, and PostgreSQL knows what is due.
set -eu
umask 077

secrets=${SECRETS:-/run/recapito/secrets}
settings=${SETTINGS:-/tmp/redis.conf}

cat >"$settings" <<END
port 0
tls-port ${PORT:-6379}
tls-cert-file $secrets/redis.pem
tls-key-file $secrets/redis.key
tls-ca-cert-file $secrets/ca.pem
tls-auth-clients no
requirepass $(cat "$secrets/redis.password")
save ""
appendonly no
maxmemory-policy noeviction
END

exec "${SERVER:-redis-server}" "$settings"
