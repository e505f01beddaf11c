#!/usr/bin/env bash
# Starts a server on a free port, draws first pictures through it with plain boto3, and stops it whatever happens.
set -euo pipefail
cd "$(dirname "$0")/.."

OUTCROP_HOME=$(mktemp -d)  # keeps the key that the server makes, for as long as the demo lasts
export OUTCROP_HOME
log=$OUTCROP_HOME/log
: >"$log"
.venv/bin/outcrop serve --port 0 >"$log" 2>&1 &
server=$!
stop() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -rf "$OUTCROP_HOME"
}
trap stop EXIT

url=
for _ in $(seq 300); do
    url=$(sed -n 's/^Outcrop .* listens on \(http:[^ ]*\) .*/\1/p' "$log")
    if [ -n "$url" ] && grep -q '^export AWS_' "$log"; then break; fi
    if ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
done
if [ -z "$url" ]; then
    echo "The server did not start; it said:" >&2
    cat "$log" >&2
    exit 1
fi

unset AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK  # nothing of another account
# shellcheck disable=SC2046 # two words without spaces
export $(grep -E '^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)=' "$log")
echo "Outcrop listens on $url; the first picture also waits for the engine to load."
if ! .venv/bin/python examples/first_picture.py "$url" --out demo; then
    echo "The demo failed; the server said:" >&2
    tail -n 20 "$log" >&2
    exit 1
fi
echo "What Bedrock would have asked for it, from the books, and what the engine did for it:"
.venv/bin/outcrop costs
