# Sourced by the other scripts: makes sure that the toolchain and the system's libraries are there.

# What is included from which Debian package.
required_headers=(turbojpeg.h:libturbojpeg0-dev png.h:libpng-dev webp/demux.h:libwebp-dev zlib.h:zlib1g-dev)
# For the package traits of these formats.
trait_headers=(avif/avif.h:libavif-dev tiffio.h:libtiff-dev libheif/heif.h:libheif-dev)

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Prints the packages whose headers the compiler does not find; that of OpenBLAS, which is loaded when it is needed, if the
# loader does not know it; and pkg-config, without which SwiftPM warns of them all.
missing_packages() {
    local compiler entry
    compiler=$(dirname "$(readlink -f "$(command -v swiftc)")")/clang
    [ -x "$compiler" ] || compiler=cc
    for entry in "${required_headers[@]}"; do
        printf '#include <stddef.h>\n#include <stdio.h>\n#include <%s>\n' "${entry%%:*}" |
            "$compiler" -fsyntax-only -x c - 2>/dev/null || echo "${entry##*:}"
    done
    # A user's PATH may lack the folder of ldconfig.
    PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep -E 'libopenblas\.so(\.0)? ' >/dev/null || echo libopenblas0
    command -v pkg-config >/dev/null || echo pkg-config
}

# Arguments: further commands that must be there, each from the Debian package of its name, or COMMAND:PACKAGE.
require() {
    local missing further=("$@")
    command -v swift >/dev/null || fail "Swift is missing: install Swift 6.3 from swift.org, or 6.2, and put it on the PATH."
    [ "$(uname)" = Linux ] || return 0
    mapfile -t missing < <(
        missing_packages
        for command in "${further[@]}"; do command -v "${command%%:*}" >/dev/null || echo "${command##*:}"; done
    )
    install_packages "${missing[@]}"
}

# Installs packages of Debian.
install_packages() {
    local missing=("$@") sudo=()
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        fail "these libraries are missing (Debian's names): ${missing[*]}. Install them with your system's package manager."
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "these packages are missing: ${missing[*]}. Run as root: apt-get install ${missing[*]}"
        sudo=(sudo)
    fi
    echo "Installing ${missing[*]} ..." >&2
    { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"; } >/dev/null ||
        fail "apt-get could not install ${missing[*]}."
}
