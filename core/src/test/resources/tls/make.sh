#!/bin/sh
# Makes the keys and certificates of the tests anew, in this folder. They are for tests only.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
days=36500

# authority NAME ISSUER: a certificate authority; by itself if it has no issuer
authority() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"
    if [ $# = 1 ]; then
        openssl req -x509 -new -key "$work/$1.key" -subj "/CN=Test $1" -days $days \
            -addext keyUsage=critical,keyCertSign -out "$1.pem"
    else
        issue "$1" "$2" "/CN=Test $1" "basicConstraints=critical,CA:true"
    fi
}

# issue NAME ISSUER SUBJECT EXTENSIONS [DAYS]
issue() {
    openssl req -new -key "$work/$1.key" -subj "$3" -out "$work/$1.csr"
    printf '%b' "$4" > "$work/$1.ext"
    openssl x509 -req -in "$work/$1.csr" -CA "$2.pem" -CAkey "$work/$2.key" -days "${5:-$days}" \
        -extfile "$work/$1.ext" -set_serial "0x$(openssl rand -hex 16)" -out "$1.pem"
}

authority root
authority outer root
authority inner outer
authority clients

openssl genrsa -out "$work/rsa.key" 2048
issue rsa root /CN=a.example 'subjectAltName=DNS:a.example,DNS:localhost,IP:127.0.0.1'
openssl pkcs8 -topk8 -nocrypt -in "$work/rsa.key" -out rsa-pkcs8.key
openssl rsa -in "$work/rsa.key" -traditional -out rsa-pkcs1.key
openssl pkcs8 -topk8 -v2 aes256 -passout pass:secret -in "$work/rsa.key" -out rsa-encrypted.key
openssl rsa -in "$work/rsa.key" -traditional -aes128 -passout pass:secret -out rsa-old.key

openssl ecparam -name prime256v1 -genkey -out ec-sec1.key
openssl ec -in ec-sec1.key -out "$work/ec.key"
issue ec inner '/CN=Leaf' 'subjectAltName=DNS:*.b.example,DNS:c.b.example,DNS:localhost'
openssl pkcs8 -topk8 -nocrypt -in "$work/ec.key" -out ec-pkcs8.key

openssl genpkey -algorithm ed25519 -out "$work/ed25519.key"
issue ed25519 root '/CN=ed' 'subjectAltName=DNS:ed.example'
cp "$work/ed25519.key" ed25519.key

openssl genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048 -out pss.key
cp pss.key "$work/pss.key"
issue pss root '/CN=pss' 'subjectAltName=DNS:pss.example'

openssl ecparam -name prime256v1 -genkey -noout -out "$work/expired.key"
issue expired root '/CN=old.example' 'extendedKeyUsage=clientAuth' 0
openssl pkcs8 -topk8 -nocrypt -in "$work/expired.key" -out expired.key

openssl genrsa -out "$work/weak.key" 1024
issue weak root '/CN=weak.example' 'subjectAltName=DNS:weak.example'
cp "$work/weak.key" weak.key

openssl ecparam -name prime256v1 -genkey -noout -out "$work/client.key"
issue client clients '/O=Tests/CN=Someone' 'extendedKeyUsage=clientAuth'
openssl pkcs8 -topk8 -nocrypt -in "$work/client.key" -out client.key

openssl req -new -key "$work/rsa.key" -subj /CN=a.example -out request.pem
openssl dsaparam -genkey -noout -out dsa.key 2048
cat inner.pem outer.pem > "$work/between.pem"
openssl pkcs12 -export -in ec.pem -inkey ec-pkcs8.key -certfile "$work/between.pem" \
    -passout pass:secret -name ec -out ec.p12
openssl pkcs12 -export -nokeys -in ec.pem -passout pass:secret -out keyless.p12
