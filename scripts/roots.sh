# Sourced by scripts that test on other systems: minimal installations of Debian in folders, made once and kept.
[ "$(id -u)" = 0 ] || fail "changing the root folder needs root."

# Where they are: some gigabytes each.
roots=${CAPTIONER_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/captioner/roots}

# make_root NAME SUITE ARCHITECTURE VARIANT PACKAGE...: VARIANT as mmdebstrap has it: apt, or extract for a folder of files that
# are not set up, which needs no processor of that architecture. It is made anew when what it is made of changes.
make_root() {
    local root=$roots/$1 recipe="${*:2}" mirror
    [ "$(cat "$root.made" 2>/dev/null)" != "$recipe" ] || return 0
    command -v mmdebstrap >/dev/null || install_packages mmdebstrap
    mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1 || true)
    mirror=${mirror:-https://deb.debian.org/debian}
    local -a sources=("deb $mirror $2 main")
    # What the suite in development lacks for a while.
    [ "$2" != sid ] || sources+=("deb $mirror trixie main")
    echo "Making the root folder $root ..." >&2
    rm -rf --one-file-system "$root" "$root.made"
    mkdir -p "$roots"
    mmdebstrap --mode=root --architectures="$3" --variant="$4" --skip=check/qemu --aptopt='Acquire::Check-Valid-Until "false"' \
        --include="$(IFS=, && echo "${*:5}")" "$2" "$root" "${sources[@]}" >"$root.log" 2>&1 ||
        { tail -5 "$root.log" >&2 && fail "mmdebstrap could not make $root."; }
    [ "$4" != extract ] || make_sysroot "$root"
    echo "$recipe" >"$root.made"
}

# Debian's own Swift with all that the package needs, and an emulator of other processors.
compiler_libraries=(libc6-dev libturbojpeg0-dev libpng-dev libwebp-dev zlib1g-dev libopenblas0-pthread)
make_compiler_root() {
    make_root sid-compiler sid amd64 apt swiftlang qemu-user git ca-certificates pkg-config g++ "${compiler_libraries[@]}"
    add_testing_library sid-compiler x86_64-unknown-linux-gnu
}

# add_testing_library NAME TARGET: Debian's Swift lacks a library which bundles of tests are linked to, and of which they use nothing.
add_testing_library() {
    local library=usr/libexec/swift/lib/swift/linux/lib_Testing_Foundation.so
    [ -e "$roots/$1/$library" ] || in_root sid-compiler "
        touch /tmp/empty.c
        /usr/libexec/swift/bin/clang -target $2 -shared -nostdlib -fuse-ld=lld /tmp/empty.c -o /roots/$1/$library"
}

# Links of files that were only extracted: relative ones, which hold wherever the folder is.
make_sysroot() {
    [ -e "$1/lib" ] || ln -s usr/lib "$1/lib"
    local link target
    find "$1/usr" -type l -lname '/*' | while read -r link; do
        target=$(readlink "$link")
        ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$1$target")" "$link"
    done
}

# in_root NAME COMMAND: runs a command of the shell in a root folder, where this checkout is /project and the other root folders are
# below /roots. What is mounted for it is seen by nothing else, and goes with it.
in_root() {
    unshare --mount --propagation private bash -euc '
        root=$1/$2
        mkdir -p "$root"/{proc,dev,project,roots}
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount --bind "$1" "$root/roots"
        mount --bind "$3" "$root/project"
        # Folders that git takes in place of addresses.
        rm -f "$root/etc/gitconfig"
        git config --system --get-regexp "^url\./.*\.insteadof$" 2>/dev/null | while read -r key address; do
            git config --file "$root/etc/gitconfig" --add "$key" "$address"
            folder=${key#url.} folder=${folder%.insteadof}
            mkdir -p "$root/$folder"
            mountpoint -q "$root/$folder" || mount --bind "$folder" "$root/$folder"
        done || true
        cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
        exec chroot "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin LANG=C.UTF-8 TERM=dumb \
            SWIFT_DETERMINISTIC_HASHING=1 ${CI:+CI=$CI} ${http_proxy:+http_proxy=$http_proxy} ${https_proxy:+https_proxy=$https_proxy} bash -euo pipefail -c "cd /project && $4"
    ' in_root "$roots" "$1" "$PWD" "$2"
}
