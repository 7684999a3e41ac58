#!/usr/bin/env bash
# run.sh [FOLDER]
# Everything of deploy/ that can be judged without a cluster: the chart is linted, rendered with several sets of values, held against the
# schemas of the oldest and the newest Kubernetes that it is for and of Istio and the Prometheus operator, and against what no schema knows
# (manifests.py); bad values are refused with words that name them; the overlays are built, judged alike, and agree with the chart;
# the rules for Prometheus are checked and tried; Containerfile and scripts are linted. What was rendered stays in FOLDER, where that is given.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
. deploy/check/tools.sh
tools || { echo "the tools could not be installed" >&2; exit 2; }

OUT=${1:-$(mktemp -d)}
mkdir -p "$OUT"
[ $# -gt 0 ] || trap 'rm -rf "$OUT"' EXIT
passed=0 failed=0
# must WHAT COMMAND...: it has to succeed, and says nothing then
must() {
  local what=$1 said
  shift
  if said=$("$@" 2>&1); then
    passed=$((passed + 1))
  else
    echo "  FAILED  $what: $said"
    failed=$((failed + 1))
  fi
}

chart() { helm template penstock deploy/chart --kube-version "${KUBERNETES[1]}.0" "$@"; }
manifests() { "$PYTHON_BIN/python" deploy/check/manifests.py "$@"; }
into() { "${@:2}" >"$1"; }

# judged NAME: what stands in $OUT/NAME.yaml
judged() {
  must "$1 holds together" manifests "$OUT/$1.yaml"
  must "$1 without custom resources" into "$OUT/$1.plain" manifests --plain "$OUT/$1.yaml"
}

refused() {
  local sets words arguments=() said
  while IFS=$'\t' read -r sets words; do
    arguments=()
    for one in $sets; do arguments+=(--set "$one"); done
    if said=$(chart -f deploy/check/values/least.yaml "${arguments[@]}" 2>&1); then
      echo "  FAILED  $sets is taken"
      failed=$((failed + 1))
    elif ! grep -qF -- "$words" <<<"$said"; then
      echo "  FAILED  $sets is refused without a word of $words: $said"
      failed=$((failed + 1))
    else
      passed=$((passed + 1))
    fi
  done < <(grep -v '^#' deploy/check/refused.tsv)
}

# the gateway reads no groups where the provider names none
without_groups() {
  chart -f deploy/check/values/oauth2-proxy.yaml --set authProxy.groupsClaim= >"$OUT/without-groups" || return 1
  ! grep PROXY_GROUPS_HEADER "$OUT/without-groups"
}

# compose_value NAME [ASSIGNMENT]: what Compose makes of a variable of a container; it substitutes as a shell does
compose_value() { env -i bash -uc "${2:-:}; echo \"$(sed -n "s/^ *$1: //p" deploy/compose/compose.yaml)\""; }

# where both settings are empty, proxy and gateway read no groups there either
groups_of_compose() {
  local name
  for name in OIDC_GROUPS_CLAIM PROXY_GROUPS_HEADER; do
    [ -n "$(compose_value "$name")" ] || { echo "$name is empty unless set"; return 1; }
    [ -z "$(compose_value "$name" "$name=")" ] || { echo "$name cannot be emptied"; return 1; }
  done
}

custom() { manifests --custom "$OUT"/*.yaml | node deploy/check/crds.mjs "$NODE_FOLDER"; }

# what make.sh writes is what stands there
made() {
  local file
  deploy/kustomize/make.sh "$OUT/made" || return 1
  while read -r file; do diff "deploy/kustomize/$file" "$OUT/made/$file" || return 1; done < <(cd "$OUT/made" && find . -type f)
}

for values in deploy/check/values/*.yaml; do
  name=$(basename "$values" .yaml)
  must "$name is linted" helm lint --quiet --strict --kube-version "${KUBERNETES[1]}.0" deploy/chart -f "$values"
  must "$name is rendered" into "$OUT/$name.yaml" chart -f "$values"
  judged "$name"
done
must 'groups are left out where there is no claim of them' without_groups
refused
for overlay in deploy/kustomize/overlays/*/; do
  name=$(basename "$overlay")
  must "the overlay $name is built" into "$OUT/overlay-$name.yaml" kustomize build "$overlay"
  judged "overlay-$name"
done
must 'base, components and overlays are made from the chart of now' made
for name in oauth2-proxy istio external-postgresql; do
  values=$name
  [ -f "deploy/check/values/$name.yaml" ] || values=least
  must "the overlay $name does what the chart does" manifests --same "$OUT/overlay-$name.yaml" "$OUT/$values.yaml"
done
for version in "${KUBERNETES[@]}"; do
  must "all of it is right for Kubernetes $version" "$PYTHON_BIN/kubernetes-validate" --strict --quiet -k "$version" "$OUT"/*.plain
done
must 'custom resources' custom
must 'the Compose file' manifests --compose deploy/compose/compose.yaml "$OUT/oauth2-proxy.yaml"
must 'YAML is in order' "$PYTHON_BIN/yamllint" -s -d '{extends: relaxed, rules: {line-length: disable, indentation: {indent-sequences: whatever}}}' \
  deploy/kustomize deploy/compose deploy/chart/values.yaml deploy/check/values
must 'Compose with groups and without' groups_of_compose
must 'the rules for Prometheus' promtool check rules deploy/observability/rules.yaml
must 'what the alerts do' promtool test rules deploy/check/alerts.yaml
must 'Containerfile' "$PYTHON_BIN/hadolint" --ignore DL3008 deploy/image/Containerfile

echo "deploy: $passed passed, $failed failed"
[ "$failed" = 0 ]
