#!/usr/bin/env bash
# The experiment of docs/results.md: MobileNetV2 1.0 as the teacher, MobileNetV2 0.35 alone and
# distilled, on HAM10000 split by lesion, 128 px, three seeds for the students.
#
#   examples/ham10000.sh HAM10000_FOLDER WEIGHTS_FOLDER [OUT] [PROGRAM]
#
# HAM10000_FOLDER holds HAM10000_metadata.csv, the images and split_by_lesion.csv (columns image_id
# and split; without that file the split is made here). WEIGHTS_FOLDER holds ImageNet weights:
# mobilenet_v2_imagenet.safetensors and mobilenet_v2_0.35_imagenet_backbone.safetensors. A run that
# is finished is not run again, one that was killed goes on where it was.
set -euo pipefail
ham=${1:?HAM10000 folder} weights=${2:?folder of ImageNet weights} out=${3:-runs/ham10000}
program=${4:-build/src/cli/dermdistill}
teacher_epochs=${TEACHER_EPOCHS:-16} student_epochs=${STUDENT_EPOCHS:-10} seeds=${SEEDS:-0 1 2}
mkdir -p "$out"

if [[ ! -e $out/ham.csv ]]; then
  protocol=(--seed 0)
  if [[ -e $ham/split_by_lesion.csv ]]; then
    protocol=(--protocol given --split-file "$ham/split_by_lesion.csv")
  fi
  "$program" data split "$ham" "${protocol[@]}" --out "$out/ham.csv"
fi

common=(--data "$out/ham.csv" --imgsz 128 --out "$out")
# Half of what the classes' shares would shift the logits by, beside the recipes' square-root class
# weights: both together aim at balanced accuracy.
adjusted=(--set stages.0.terms.0.logit_adjustment=0.5)
train() {  # train NAME COMMAND...: new, or resumed
  local name=$1
  shift
  if [[ -e $out/$name/config.yaml ]]; then
    "$program" train --resume "$out/$name"
  else
    "$program" "$@" "${common[@]}" --name "$name" "${adjusted[@]}"
  fi
  "$program" val "$out/$name" --split val
  "$program" val "$out/$name" --split test
}

train teacher train --model mobilenet_v2 --epochs "$teacher_epochs" --seed 0 \
  --weights "$weights/mobilenet_v2_imagenet.safetensors"
student=(--weights "$weights/mobilenet_v2_0.35_imagenet_backbone.safetensors"
         --epochs "$student_epochs")
for seed in $seeds; do
  train "student_$seed" train --model mobilenet_v2_0.35 "${student[@]}" --seed "$seed"
  train "distilled_$seed" distill --teacher "$out/teacher" --student mobilenet_v2_0.35 \
    --recipe kd "${student[@]}" --seed "$seed"
done
"$program" report "$out"/teacher "$out"/student_* "$out"/distilled_* --split test \
  --out "$out/report.html"
