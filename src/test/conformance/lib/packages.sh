# Sourced by the scripts here and in ../clients: node, and npm packages pinned by lock files, installed once into $CONF_HOME.
CONF_HOME=${CONF_HOME:-$HOME/.cache/penstock-conformance}
NODE_VERSION=${NODE_VERSION:-24.21.0}

# install_packages FOLDER: installs what FOLDER/package-lock.json pins, beside a copy of FOLDER's own files; prints where.
install_packages() {
  local source=$1 home
  home=$CONF_HOME/packages/$(basename "$source")-$(sha256sum <"$source/package-lock.json" | cut -c1-12)
  mkdir -p "$home"
  (
    flock 9
    find "$source" -maxdepth 1 -type f -exec cp {} "$home"/ \;
    if [ ! -e "$home/.installed" ]; then
      cd "$home" && npm ci --no-audit --no-fund --loglevel=error >&2 && touch .installed
    fi
  ) 9>"$home/.lock" || return 1
  echo "$home"
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
  if [ ! -x "$node" ]; then
    npm i --prefix "$CONF_HOME/node" --no-audit --no-fund --loglevel=error "node-linux-$cpu@$NODE_VERSION" >&2 || return 1
  fi
  echo "$node"
}
