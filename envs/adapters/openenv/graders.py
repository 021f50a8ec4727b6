"""The tasks' certificates as graders of ``openenv.validation``.

OpenEnv's severity policy names the checks of the semantic level (can the best score be reached, does the floor score
nothing, is the verifier deterministic) and ships no grader for them. A certificate is just that, for every task: these
graders play the tasks of a package again, on fresh sessions, and report what they see; nothing is taken from what the
package says of itself. OpenEnv's own ``run_validation`` runs no graders of this level; :func:`validate` does.

    report = validate("my_package")
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from openenv.validation import (
    CheckResult,
    CheckStatus,
    Grader,
    GraderRegistry,
    Lane,
    Level,
    NormalizedManifest,
    ProviderCapability,
    Subject,
    Verdict,
    apply_policy,
    load_policy,
)
from openenv.validation.parsers.openenv_yaml import OpenEnvYamlParser
from openenv.validation.runtime.scheduler import execute_graders

from inftool.envs.adapters.openenv.package import PROGRAMS, TAG, read_package
from inftool.envs.certificate import certify
from inftool.envs.records import TASKS, DataError
from inftool.envs.task import Check
from inftool.envs.world import World

MAX_EVIDENCE = 20
"""Findings that one check reports."""


class CertificateGrader:
    """One check of OpenEnv's policy, answered by some checks of every task's certificate.

    Args:
        check_id: OpenEnv's name of the check.
        names: the checks of a certificate that answer it.
        remediation: what the author does where it fails.
    """

    level = Level.SEMANTIC
    requires_capabilities: frozenset[str] = frozenset()
    requires_provider: frozenset[ProviderCapability] = frozenset()
    depends_on: tuple[str, ...] = ()

    def __init__(self, check_id: str, names: Sequence[str], remediation: str) -> None:
        self.check_id = check_id
        self.names = tuple(names)
        self.remediation = remediation

    def applies_to(self, manifest: NormalizedManifest) -> bool:
        """Whether the package holds certified tasks."""
        return TAG in manifest.types.tags

    def run(self, subject: Subject) -> CheckResult:
        """Play every task of the package, or look at what playing them has shown."""
        started = time.monotonic()
        measured: dict[str, float] = {}
        try:
            proofs = _proofs(str(subject.root), _fingerprint(subject.root))
        except (DataError, OSError, ValueError) as error:
            status, evidence = CheckStatus.FAIL, [str(error)[:500]]
        else:
            failed, missing = [], 0
            for task, checks in proofs:
                by_name = {check.name: check for check in checks}
                failed += [
                    f"task {task}: {name} does not hold ({by_name[name].evidence[:200]})"
                    for name in self.names
                    if name in by_name and not by_name[name].passed
                ]
                missing += any(name not in by_name for name in self.names)
            measured = {"tasks": len(proofs), "failed": len(failed), "undecided": missing}
            status = CheckStatus.FAIL if failed else CheckStatus.SKIP if missing else CheckStatus.PASS
            evidence = failed[:MAX_EVIDENCE] or [
                f"{missing} tasks failed an earlier check" if missing else f"played on {len(proofs)} tasks"
            ]
        return CheckResult(
            check_id=self.check_id,
            status=status,
            measured=measured,
            evidence=evidence,
            remediation=self.remediation if status is CheckStatus.FAIL else None,
            duration_s=time.monotonic() - started,
        )


_REMEDY = "synthesize the tasks again, and write the package anew"
OracleMax = CertificateGrader(
    "semantic.oracle_max",
    ("gold scores 1", "every argument is known", "an extra read scores 1", "gold can be written and read"),
    _REMEDY,
)
FloorGap = CertificateGrader("semantic.floor_gap", ("inaction scores 0",), _REMEDY)
CanaryFloor = CertificateGrader(
    "semantic.canary_floor",
    ("a dropped call scores 0", "a changed argument scores 0", "an extra write scores 0"),
    _REMEDY,
)
NoSolutionLeakage = CertificateGrader("semantic.no_solution_leakage", ("no tool name is leaked",), _REMEDY)
VerifierDeterminism = CertificateGrader("semantic.verifier_determinism", ("replay is stable",), _REMEDY)
GRADERS: tuple[Grader, ...] = (OracleMax, FloorGap, CanaryFloor, NoSolutionLeakage, VerifierDeterminism)


def register(registry: GraderRegistry) -> None:
    """Add the graders to a registry of OpenEnv's."""
    for grader in GRADERS:
        registry.register(grader)


def validate(root: str | Path) -> tuple[Verdict, list[CheckResult]]:
    """Grade a package by its certificates alone, with OpenEnv's own selection, order and severities.

    Returns:
        OpenEnv's verdict, and a result for each grader.

    Raises:
        openenv.validation.ManifestError: its ``openenv.yaml`` is not valid.
    """
    folder = Path(root)
    registry = GraderRegistry()
    register(registry)
    manifest = OpenEnvYamlParser().parse(folder)
    subject = Subject(root=folder, manifest=manifest, image_ref=None, running=None, outputs_dir=folder / "outputs")
    results = execute_graders(registry.select(manifest, Level.SEMANTIC), subject)
    return apply_policy(results, load_policy("v2"), Lane.LOCAL), results


def _fingerprint(root: Path) -> str:
    digest = sha256()
    for path in (root / TASKS, *sorted((root / PROGRAMS).glob("*.json"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=4)
def _proofs(root: str, fingerprint: str) -> list[tuple[str, tuple[Check, ...]]]:
    """Return what playing the tasks of a package shows: the checks of each, up to the first that fails."""
    programs, tasks = read_package(Path(root))
    by_name = {program.name: program for program in programs}
    worlds: dict[tuple[str, int], World] = {}
    proofs = []
    for task in tasks:
        if task.spec not in by_name or by_name[task.spec].digest != task.program:
            raise ValueError(f"task {task.id} was certified on another {task.spec!r} than the package has")
        key = (task.spec, task.seed)
        if key not in worlds:
            worlds[key] = World(by_name[task.spec], task.seed)
        proofs.append((task.id, certify(task, worlds[key]).checks))
    return proofs
