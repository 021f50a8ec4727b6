"""Maps the top-level folders to `inftool.<name>`; everything else is in pyproject.toml."""

from setuptools import find_packages, setup

PARTS = ("specs", "servers", "agents", "envs", "trainer")
packages, package_dir = ["inftool"], {"inftool": "src/inftool"}
for part in PARTS:
    packages += [f"inftool.{part}", *(f"inftool.{part}.{sub}" for sub in find_packages(part))]
    package_dir[f"inftool.{part}"] = part
setup(packages=packages, package_dir=package_dir)
