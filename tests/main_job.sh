#!/usr/bin/env bash
# Runs the README's command on the shipped sound, decodes the file, and
# measures the result with a script that shares no code with the project.
#
#   tests/main_job.sh            builds the program as the README's reader does
#   tests/main_job.sh PROGRAM    runs that ne-train instead of `cargo run --release`
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sound=examples/sounds/hello-world.wav

command=$(sed -n 's/^    \(cargo run .*-- export .*\)$/\1/p' README.md | head -n1)
[ -n "$command" ] || { echo "error: README.md has no export command" >&2; exit 1; }
command=${command//hello.nex/$work/hello.nex}
run=${command%% -- *}
program=${1:-$run --}
command=${command/"$run --"/$program}
echo "$command"
start=$(date +%s)
eval "$command"
echo "wall time: $(($(date +%s) - start)) s"
$program decode "$work/hello.nex" "$work/hello.wav"
$program check "$work/hello.nex" "$sound"
python3 tests/peers/snr.py "$sound" "$work/hello.wav" --at-least 25
