#!/usr/bin/env bash
# make.sh [FOLDER]
# Writes what base, components and overlays share with the chart, rendered by helm with base.values.yaml, so that there is one truth.
# FOLDER is where to, instead of here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
to=${1:-$here}

# rendered FILE VALUE TEMPLATE...: these templates of the chart into FILE, without the comments that name them
rendered() {
  local file=$1 value=$2 template shown=()
  for template in "${@:3}"; do shown+=(--show-only "templates/$template.yaml"); done
  mkdir -p "$(dirname "$to/$file")"
  {
    echo '# made by deploy/kustomize/make.sh from deploy/chart'
    helm template penstock "$here/../chart" --kube-version 1.37.0 --values "$here/base.values.yaml" --set "$value" "${shown[@]}" | sed '/^# Source: /d'
  } >"$to/$file"
}

rendered base/penstock.yaml autoscaling.enabled=false serviceaccount service deployment poddisruptionbudget networkpolicy
rendered components/autoscaling/penstock.yaml autoscaling.enabled=true horizontalpodautoscaler
rendered components/monitoring/penstock.yaml serviceMonitor.enabled=true servicemonitor
rendered overlays/istio/penstock.yaml istio.enabled=true istio
rendered overlays/oauth2-proxy/penstock.yaml authProxy.enabled=true oauth2-proxy
