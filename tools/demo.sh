#!/usr/bin/env bash
# The whole job on images that the program draws itself: data, split, audit, a teacher, a student
# alone, the same student distilled, and all three on lesions that none of them has seen.
#
#   tools/demo.sh [PROGRAM]     writes demo/, replacing what an earlier demo left there
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-build/src/cli/dermdistill}
# Rare classes are shown as often as common ones, and networks start from scratch: small batches,
# many steps, weights averaged over the last hundred.
readonly out=demo images=2400 image_px=128
readonly teacher=resnet18 teacher_epochs=10 student=mobilenet_v2_0.35 student_epochs=20
readonly common=(--data $out/manifest.csv --imgsz 64 --batch-size 16 --sampler balanced
                 --class-weights none --ema 0.99 --out $out/runs)

phases=()
phase() {  # phase NAME COMMAND...: runs it and remembers how long it took
  local name=$1 start=$SECONDS
  shift
  echo >&2
  echo "== $name: ${*/#"$program"/dermdistill}" >&2
  "$@"
  phases+=("$(printf '%4d s  %s' $((SECONDS - start)) "$name")")
}

rm -rf "$out/data" "$out/runs" "$out"/manifest.* "$out/report.html"
mkdir -p "$out"

phase "draw images" \
  "$program" data generate --out $out/data --images $images --seed 0 --imgsz $image_px
phase "split by lesion" "$program" data split $out/data --out $out/manifest.csv --seed 0
phase "audit the split" "$program" data audit $out/manifest.csv

phase "train the teacher" \
  "$program" train "${common[@]}" --model $teacher --epochs $teacher_epochs --name teacher
phase "train the student alone" \
  "$program" train "${common[@]}" --model $student --epochs $student_epochs --lr 2e-3 --name student
phase "distil the student" \
  "$program" distill "${common[@]}" --teacher $out/runs/teacher --student $student --recipe kd \
  --epochs $student_epochs --lr 2e-3 --name distilled

for run in teacher student distilled; do
  phase "evaluate the $run" "$program" val $out/runs/$run --split test >$out/runs/$run/val_test.txt
done

echo >&2
printf '%s\n' "${phases[@]}" "$(printf '%4d s  in all' $SECONDS)" >&2
echo >&2
"$program" report $out/runs/teacher $out/runs/student $out/runs/distilled --split test \
  --out $out/report.html
echo "The page with curves and confusion matrices: $out/report.html"
