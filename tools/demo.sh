#!/usr/bin/env bash
# The whole job on images that the program draws itself: data, split, audit, a teacher, a student
# alone, the same student distilled, all three on lesions that none of them has seen; then the
# distilled student as an int8 bundle, and one image classified on the "device".
#
#   tools/demo.sh [DERMDISTILL [DERMSCOPE]]     writes demo/, replacing what an earlier demo left
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-build/src/cli/dermdistill} dermscope=${2:-build/src/dermscope/dermscope}
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
  local words=("${@/#"$program"/dermdistill}")
  echo "== $name: ${words[*]/#"$dermscope"/dermscope}" >&2
  "$@"
  phases+=("$(printf '%4d s  %s' $((SECONDS - start)) "$name")")
}

rm -rf "$out/data" "$out/runs" "$out"/manifest.* "$out/report.html" "$out"/*.bundle "$out/overlays" "$out/site"
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

# One image of the rarest class moves balanced accuracy by 3 points here.
phase "export" "$program" export $out/runs/distilled --out $out/student.bundle
phase "quantise" "$program" quantize $out/student.bundle --data $out/manifest.csv --max-drop 5
phase "verify on the device" "$dermscope" verify $out/student_int8.bundle
phase "a page for the browser" \
  "$program" export $out/student_int8.bundle --format web --out $out/site
image=$(sed -n '/,test,/{s/,.*//p;q}' $out/manifest.csv)
phase "classify on the device" \
  "$dermscope" predict $out/student_int8.bundle "$out/data/$image" --cam $out/overlays

echo >&2
printf '%s\n' "${phases[@]}" "$(printf '%4d s  in all' $SECONDS)" >&2
echo >&2
"$program" report $out/runs/teacher $out/runs/student $out/runs/distilled --split test \
  --out $out/report.html
"$program" -q compare $out/runs/student $out/runs/distilled
echo "The page with curves and confusion matrices: $out/report.html"
echo "The int8 bundle: $out/student_int8.bundle, its overlay of one image: $(ls $out/overlays/*)"
echo "The page that classifies offline in a browser: $out/site (any static host)"
