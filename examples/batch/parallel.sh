#!/bin/bash
# Exports a folder on several machines that are reached by ssh and share a file
# system, with GNU parallel (apt-get install parallel).
#
#   examples/batch/parallel.sh HOST,HOST,... IN_FOLDER OUT_FOLDER [OPTIONS of ne-train export]
#
# One job for each machine, which works on all its cores; `:` names this one.
set -euo pipefail
hosts=$1 in=$(realpath "$2") out=$(realpath -m "$3")
shift 3
count=$(tr ',' '\n' <<<"$hosts" | wc -l)
seq "$count" | parallel --sshlogin "$hosts" --jobs 1 --line-buffer --tag \
    ne-train export "$in" "$out" --batch --shard "{}/$count" "$@"
