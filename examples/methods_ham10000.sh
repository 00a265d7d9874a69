#!/usr/bin/env bash
# Nine methods side by side: HAM10000 under the eight classes of ISIC 2019, split by lesion, 128 px,
# MobileNetV2 1.0 as the teacher and MobileNetV2 0.35 as the student.
#
#   examples/methods_ham10000.sh HAM10000_FOLDER ISIC2019_FOLDER WEIGHTS_FOLDER [OUT] [PROGRAM]
#
# HAM10000_FOLDER holds HAM10000_images; ISIC2019_FOLDER the two tables of ISIC 2019, which list all
# of HAM10000 with lesions; WEIGHTS_FOLDER mobilenet_v2_imagenet.safetensors and
# mobilenet_v2_0.35_imagenet_backbone.safetensors.
#
# A method is its recipe's terms, weights and stages. Everything else is the same for all, so that
# the methods are what differs: epochs (of each stage), batches, optimiser, schedule, averaged
# weights, class weights, logit adjustment, augmentation. A run that is finished is not run again,
# one that was killed goes on where it was. Environment: EPOCHS, TEACHER_EPOCHS, SEEDS, METHODS,
# THREADS of a run (0: all cores; 1 for a run per core, each with its own SEEDS once the teacher is
# there).
set -euo pipefail
ham=$(realpath "${1:?HAM10000 folder}") isic=$(realpath "${2:?ISIC 2019 folder}")
weights=$(realpath "${3:?folder of ImageNet weights}") out=${4:-runs/methods}
program=${5:-build/src/cli/dermdistill}
epochs=${EPOCHS:-6} teacher_epochs=${TEACHER_EPOCHS:-16} seeds=${SEEDS-0 1} threads=${THREADS:-0}
methods=${METHODS:-baseline blkd fitnet drkd sskd d_kd ssd_kd dspkd hckd}
declare -A first_stages=([sskd]=teacher_head [ssd_kd]=teacher_head [dspkd]=features)
mkdir -p "$out"

if [[ ! -e $out/isic.csv ]]; then
  mkdir -p "$out/isic"
  ln -sfn "$ham/HAM10000_images" "$out/isic/ISIC_2019_Training_Input"
  ln -sf "$isic"/ISIC_2019_Training_{GroundTruth,Metadata}.csv "$out/isic/"
  "$program" data split "$out/isic" --allow-missing --seed 0 --out "$out/isic.csv"
fi

common=(--data "$out/isic.csv" --imgsz 128 --batch-size 32 --opt adamw --lr 1e-3
        --weight-decay 0.05 --sched cosine --ema 0.998 --sampler shuffle --class-weights sqrt_mean1
        --augment modern --patience 0 --threads "$threads" --out "$out")

settings() {  # settings RECIPE: what the stages of all recipes have in common
  local last=0 stage
  if [[ -v first_stages[$1] ]]; then last=1; fi
  for ((stage = 0; stage <= last; ++stage)); do
    printf 'stages.%d.schedule.%s\n' $stage warmup_epochs=1 $stage min_lr=1e-6 $stage per_step=true
    # The first term is ce, but where a head is trained for the teacher.
    if ((stage < last)) && [[ ${first_stages[$1]} == teacher_head ]]; then continue; fi
    echo "stages.$stage.terms.0.logit_adjustment=0.5"
    echo "stages.$stage.select.metric=balanced_accuracy"
  done
}

run() {  # run NAME RECIPE COMMAND...: new or resumed, then measured
  local name=$1 recipe=$2
  shift 2
  if [[ -e $out/$name/metrics_test.json ]]; then return; fi
  if [[ -e $out/$name/config.yaml ]]; then
    "$program" train --resume "$out/$name"
  else
    local set
    mapfile -t set < <(settings "$recipe")
    "$program" "$@" --recipe "$recipe" "${common[@]}" --name "$name" --set "${set[@]}"
  fi
  "$program" val "$out/$name" --split test
}

run teacher baseline train --model mobilenet_v2 --epochs "$teacher_epochs" --seed 0 \
  --weights "$weights/mobilenet_v2_imagenet.safetensors"
student=(--student mobilenet_v2_0.35 --epochs "$epochs"
         --weights "$weights/mobilenet_v2_0.35_imagenet_backbone.safetensors")
for seed in $seeds; do
  for method in $methods; do
    command=(distill --teacher "$out/teacher")
    if [[ $method == baseline ]]; then command=(train); fi
    run "${method}_$seed" "$method" "${command[@]}" "${student[@]}" --seed "$seed"
  done
done
