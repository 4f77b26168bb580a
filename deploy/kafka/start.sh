#!/bin/bash
# Starts the broker of an installation in containers. Everybody who reaches it names themselves by a password, which lies
# in $SECRETS as USER.password; a volume that does not know the users yet is given them first.
set -eu
umask 077

secrets=${SECRETS:-/run/recapito/secrets}
data=${DATA:-/var/lib/kafka/data}
libs=${LIBS:-/opt/kafka/libs}
scratch=$(mktemp -d)
# In the volume: a line for each user, by which a password that has changed is found.
known=$data/users.known

tool() {
  java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$libs/*" "$@"
}

password() {
  tr -d '\n' <"$secrets/$1.password"
}

# One line for each user, as the tools of Kafka read it from a file: everybody can read the words of a command.
each_user() {
  for file in "$secrets"/*.password; do
    "$1" "$(basename "$file" .password)"
  done
}

settings() {
  cat "${SETTINGS:-/recapito/server.properties}"
  echo "log.dirs=$data"
}

login() {
  echo "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"broker\" password=\"$(password broker)\";"
}

guarded() {
  settings
  echo "listener.name.clients.scram-sha-512.sasl.jaas.config=$(login)"
  echo "listener.name.controller.scram-sha-512.sasl.jaas.config=$(login)"
}

format() {
  add() { printf '%s\n' --add-scram "SCRAM-SHA-512=[name=$1,password=$(password "$1")]"; }
  printf '%s\n' format -t "$CLUSTER" -c "$scratch/server.properties" >"$scratch/words"
  each_user add >>"$scratch/words"
  tool kafka.tools.StorageTool "@$scratch/words"
}

# The volume of an earlier release, or passwords that were changed, of the users named: the broker is started once for this
# container alone.
give_passwords() {
  # As long as this file is there the container is not healthy.
  touch /tmp/alone
  settings | sed -e 's/SASL_PLAINTEXT/PLAINTEXT/g' -e '/^authorizer\./d' -e '/^super\./d' -e '/^sasl\./d' \
    -e 's#^listeners=.*#listeners=CLIENTS://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093#' \
    -e 's#^advertised.listeners=.*#advertised.listeners=CLIENTS://127.0.0.1:9092#' >"$scratch/alone.properties"
  java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$libs/*" kafka.Kafka "$scratch/alone.properties" &
  broker=$!
  until (: <"/dev/tcp/127.0.0.1/9092") 2>/dev/null; do sleep 0.2; done
  give() {
    echo "SCRAM-SHA-512=iterations=4096,password=$(password "$1")" >"$scratch/user"
    tool kafka.admin.ConfigCommand --bootstrap-server 127.0.0.1:9092 --alter --entity-type users --entity-name "$1" \
      --add-config-file "$scratch/user"
  }
  for user in $1; do give "$user"; done
  kill "$broker"
  wait "$broker" || true
  rm /tmp/alone
}

fingerprints() {
  print() { echo "$1 $(sha256sum <"$secrets/$1.password")"; }
  each_user print
}

# The users whose password is another than the broker knows: all of them where the volume does not say.
changed() {
  fingerprints | { grep -Fxv -f <(cat "$known" 2>/dev/null) || true; } | cut -d ' ' -f 1
}

guarded >"$scratch/server.properties"
if [ ! -e "$data/meta.properties" ]; then
  format
else
  renewed=$(changed)
  [ -z "$renewed" ] || give_passwords "$renewed"
fi
fingerprints >"$known"

exec java ${KAFKA_HEAP_OPTS:--Xms256m -Xmx512m} -XX:+UseSerialGC ${KAFKA_OPTS:-} -cp "$libs/*" kafka.Kafka "$scratch/server.properties"
