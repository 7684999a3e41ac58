# Sourced by the scripts here and in ../clients: node, and npm and Python packages pinned by lock files, installed once into $CONF_HOME.
CONF_HOME=${CONF_HOME:-$HOME/.cache/penstock-conformance}
NODE_VERSION=${NODE_VERSION:-24.21.0}

# install_packages FOLDER [OTHER ...]: installs what FOLDER/package-lock.json pins, and lays copies of the folders side by side below it, so
# that their modules find the packages and each other. What other versions of the files do at the same time is kept apart. Prints where the
# copy of FOLDER is; its node_modules are the installed ones.
install_packages() {
  local source=$1 home code folder
  home=$CONF_HOME/packages/$(basename "$source")-$(sha256sum <"$source/package-lock.json" | cut -c1-12)
  code=$home/code-$(cat_all "$@" | sha256sum | cut -c1-12)
  mkdir -p "$home"
  (
    flock 9
    if [ ! -e "$home/.installed" ]; then
      cp "$source/package.json" "$source/package-lock.json" "$home"/ && cd "$home" &&
        npm ci --no-audit --no-fund --loglevel=error >&2 && touch .installed || exit 1
    fi
    [ -e "$code/.copied" ] && exit
    for folder in "$@"; do
      mkdir -p "$code/$(basename "$folder")" && cp -r "$folder"/. "$code/$(basename "$folder")"/ || exit 1
    done
    ln -sfn ../../node_modules "$code/$(basename "$source")/node_modules" && touch "$code/.copied"
  ) 9>"$home/.lock" || return 1
  echo "$code/$(basename "$source")"
}

cat_all() { find "$@" -type f | sort | while IFS= read -r file; do echo "$file" && cat "$file"; done; }

# install_python REQUIREMENTS: installs what the file pins into a virtual environment; prints its python.
install_python() {
  local home
  home=$CONF_HOME/python-$(sha256sum <"$1" | cut -c1-12)
  (
    flock 9
    [ -e "$home/.installed" ] && exit
    python3 -m venv "$home" >&2 && "$home/bin/pip" -q --disable-pip-version-check install -r "$1" >&2 && touch "$home/.installed"
  ) 9>"$home.lock" || return 1
  echo "$home/bin/python"
}

# find_node MAJOR: the system's node when it is new enough, else the node binary that npm offers.
find_node() {
  local node cpu=x64
  node=$(command -v node || true)
  if [ -n "$node" ] && [ "$("$node" -p 'process.versions.node.split(".")[0]')" -ge "$1" ]; then
    echo "$node"
    return
  fi
  [ "$(uname -m)" = aarch64 ] && cpu=arm64
  node=$CONF_HOME/node/node_modules/node-linux-$cpu/bin/node
  mkdir -p "$CONF_HOME" && (
    flock 9
    [ -x "$node" ] || npm i --prefix "$CONF_HOME/node" --no-audit --no-fund --loglevel=error "node-linux-$cpu@$NODE_VERSION" >&2
  ) 9>"$CONF_HOME/node.lock" || return 1
  echo "$node"
}
