#!/bin/bash
# Exports a folder on many machines of a Slurm cluster that share a file system.
#
#   sbatch --array=1-8 examples/batch/slurm.sh IN_FOLDER OUT_FOLDER [OPTIONS of ne-train export]
#
# Each task takes each 8th file and works on all cores it was given. A task
# that was stopped goes on where it was when it is submitted again. With GPUs:
# add `--gres=gpu:4` and the options `--device cuda --gpus 0,1,2,3`.
#SBATCH --job-name=nex
#SBATCH --cpus-per-task=16
#SBATCH --requeue
set -euo pipefail
in=$1 out=$2
shift 2
exec ne-train export "$in" "$out" --batch --jobs "${SLURM_CPUS_PER_TASK:-1}" \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" "$@"
