"""What the scripts that make corpora out of Debian packages have in common."""

import os
import subprocess
import sys


def fail(text):
    sys.exit(f"error: {text}")


def run(*command, **more):
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, **more)
    except (OSError, subprocess.CalledProcessError) as e:
        fail(f"{' '.join(command)}: {getattr(e, 'stderr', '') or e}")
    return done.stdout.strip()


def deb(folder, package):
    """The package's file; downloads it if it is not there."""
    there = sorted(folder.glob(f"{package}_*.deb"))
    if not there:
        print(f"== downloading {package}", flush=True)
        root = ["-o", "APT::Sandbox::User=root"] if os.getuid() == 0 else []
        run("apt-get", *root, "-qq", "download", package, cwd=folder)
        there = sorted(folder.glob(f"{package}_*.deb"))
    return there[-1] if there else fail(f"apt-get downloaded no {package}_*.deb")


def unpack(debs, work, package):
    """The package's files in a folder of their own, and its version."""
    root = work / package
    run("dpkg-deb", "-x", str(debs[package]), str(root))
    return root, run("dpkg-deb", "-f", str(debs[package]), "Version")
