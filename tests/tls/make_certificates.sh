#!/bin/sh
# Makes tests/tls/testdata: an authority, and certificates that are right and wrong in one way each.
# Needs openssl(1). The keys are worth nothing: everybody has them.
#
#   tests/tls/make_certificates.sh tests/tls/testdata
set -eu

to=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$to"
: >"$work/index.txt"
echo 1000 >"$work/serial"
cat >"$work/ca.cnf" <<EOF
[ca]
default_ca = here
[here]
database = $work/index.txt
serial = $work/serial
new_certs_dir = $work
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
[req]
distinguished_name = nothing
[nothing]
EOF

ec() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }
rsa() { openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" -out "$1" 2>/dev/null; }

sign() { # NAME EXTENSIONS ISSUER|self SUBJECT ALTERNATIVES BEGIN END
  name=$1 extensions=$2 issuer=$3 subject=$4 alternatives=$5 begin=$6 end=$7
  set -- -new -config "$work/ca.cnf" -key "$to/$name.key" -subj "/CN=$subject" -out "$work/$name.csr"
  [ -z "$alternatives" ] || set -- "$@" -addext "subjectAltName=$alternatives"
  openssl req "$@"
  set -- -batch -notext -config "$work/ca.cnf" -extensions "$extensions" -in "$work/$name.csr" \
    -startdate "$begin" -enddate "$end" -out "$to/$name.pem"
  if [ "$issuer" = self ]; then
    set -- "$@" -selfsign -keyfile "$to/$name.key"
  else
    set -- "$@" -cert "$to/$issuer.pem" -keyfile "$to/$issuer.key"
  fi
  openssl ca "$@" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
}

long_ago=19990101000000Z
far_away=20991231235959Z
names="DNS:server,DNS:localhost,DNS:*.wild.example,IP:127.0.0.1,IP:10.0.0.1"

for name in authority other_authority intermediate server chained expired early self_signed untrusted; do
  ec "$to/$name.key"
done
rsa "$to/rsa.key" 2048
rsa "$to/weak.key" 1024
sign authority authority self "Rill test authority" "" $long_ago $far_away
sign other_authority authority self "Another test authority" "" $long_ago $far_away
sign intermediate authority authority "Rill test intermediate" "" $long_ago $far_away
sign server leaf authority server "$names" $long_ago $far_away
sign rsa leaf authority server "$names" $long_ago $far_away
sign weak leaf authority server "$names" $long_ago $far_away
sign chained leaf intermediate server "$names" $long_ago $far_away
cat "$to/intermediate.pem" >>"$to/chained.pem"
sign expired leaf authority server "$names" $long_ago 19991231235959Z
sign early leaf authority server "$names" 20980101000000Z $far_away
sign self_signed leaf self server "$names" $long_ago $far_away
sign untrusted leaf other_authority server "$names" $long_ago $far_away
openssl pkey -in "$to/server.key" -aes256 -passout pass:secret -out "$to/encrypted.key"
rm "$to/other_authority.key" "$to/intermediate.key" "$to/authority.key"
chmod 644 "$to"/*
