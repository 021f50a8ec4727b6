"""Insurance claims: policies with a yearly cover, claims that go from hand to hand; plain rows; MCP, no schema of results."""

from __future__ import annotations

from typing import Any, Literal

from ..documents import document
from ..domain import Domain

Peril = Literal["water", "fire", "theft", "storm"]


class Claims:
    def __init__(self, state: dict[str, Any]) -> None:
        self.policies = state["policies"]
        self.claims = state["claims"]
        self.adjusters = state["adjusters"]

    def _policy(self, policy_number: str) -> dict[str, Any]:
        if policy_number not in self.policies:
            raise ValueError(f"Policy {policy_number} does not exist.")
        found: dict[str, Any] = self.policies[policy_number]
        return found

    def _claim(self, claim_reference: str, *stages: str) -> dict[str, Any]:
        if claim_reference not in self.claims:
            raise ValueError(f"Claim {claim_reference} does not exist.")
        found: dict[str, Any] = self.claims[claim_reference]
        if stages and found["stage"] not in stages:
            raise ValueError(f"Claim {claim_reference} is {found['stage']}.")
        return found

    def lookup_policy(self, policy_number: str) -> dict[str, Any]:
        """Look up a policy: its holder, whether it is in force and how much of this year's cover is left.

        Args:
            policy_number: Number of the policy.
        """
        return {"policy_number": policy_number, **self._policy(policy_number)}

    def policies_of_holder(self, holder: str) -> dict[str, Any]:
        """Find the numbers of a holder's policies.

        Args:
            holder: Full name of the policy holder.
        """
        return {"policy_numbers": [key for key, one in self.policies.items() if one["holder"] == holder]}

    def lapse_policy(self, policy_number: str) -> dict[str, Any]:
        """Lapse a policy that is in force. No claims can be filed under a lapsed policy.

        Args:
            policy_number: Number of the policy.
        """
        policy = self._policy(policy_number)
        if not policy["in_force"]:
            raise ValueError("The policy has lapsed.")
        policy["in_force"] = False
        return {"policy_number": policy_number, **policy}

    def reinstate_policy(self, policy_number: str) -> dict[str, Any]:
        """Reinstate a lapsed policy.

        Args:
            policy_number: Number of the policy.
        """
        policy = self._policy(policy_number)
        if policy["in_force"]:
            raise ValueError("The policy is in force.")
        policy["in_force"] = True
        return {"policy_number": policy_number, **policy}

    def file_claim(self, policy_number: str, peril: Peril, incident_date: str, estimate: float) -> dict[str, Any]:
        """File a claim under a policy that is in force. A new claim is in the stage "filed" and has no adjuster.

        Args:
            policy_number: Number of the policy.
            peril: What caused the damage.
            incident_date: Day of the incident, YYYY-MM-DD.
            estimate: Estimated damage; must be positive.
        """
        if not self._policy(policy_number)["in_force"]:
            raise ValueError("The policy has lapsed.")
        if estimate <= 0:
            raise ValueError("The estimate must be positive.")
        reference = f"CLM/{len(self.claims) + 60:04}"
        self.claims[reference] = _claim(policy_number, peril, incident_date, estimate, "filed", None)
        return {"claim_reference": reference, **self.claims[reference]}

    def open_claim_file(self, claim_reference: str) -> dict[str, Any]:
        """Read the file of a claim with its stage, its adjuster, the award and all the evidence.

        Args:
            claim_reference: Reference of the claim.
        """
        return {"claim_reference": claim_reference, **self._claim(claim_reference)}

    def list_claims(self, policy_number: str, stage: str | None = None) -> list[dict[str, Any]]:
        """List the claims under a policy.

        Args:
            policy_number: Number of the policy.
            stage: Only claims in this stage: filed, under_review, approved, rejected or paid.
        """
        self._policy(policy_number)
        return [
            {"claim_reference": key, "peril": one["peril"], "stage": one["stage"], "estimate": one["estimate"]}
            for key, one in self.claims.items()
            if one["policy_number"] == policy_number and stage in (None, one["stage"])
        ]

    def list_adjusters(self) -> list[dict[str, Any]]:
        """List the adjusters with the perils they are trained for."""
        return [{"adjuster": name, **one} for name, one in self.adjusters.items()]

    def assign_adjuster(self, claim_reference: str, adjuster: str) -> dict[str, Any]:
        """Give a claim to an adjuster, who must be trained for its peril. A filed claim goes under review.

        Args:
            claim_reference: Reference of a claim that is filed or under review.
            adjuster: Short name of the adjuster.
        """
        claim = self._claim(claim_reference, "filed", "under_review")
        if adjuster not in self.adjusters:
            raise ValueError(f"There is no adjuster {adjuster}.")
        if claim["peril"] not in self.adjusters[adjuster]["perils"]:
            raise ValueError(f"{adjuster} is not trained for {claim['peril']}.")
        claim["adjuster"], claim["stage"] = adjuster, "under_review"
        return {"claim_reference": claim_reference, "adjuster": adjuster, "stage": "under_review"}

    def attach_evidence(self, claim_reference: str, label: str) -> dict[str, Any]:
        """Attach a piece of evidence to a claim that is filed or under review.

        Args:
            claim_reference: Reference of the claim.
            label: What it is, for example "photo of the roof".
        """
        claim = self._claim(claim_reference, "filed", "under_review")
        claim["evidence"].append(label)
        return {"claim_reference": claim_reference, "evidence": list(claim["evidence"])}

    def revise_estimate(self, claim_reference: str, estimate: float) -> dict[str, Any]:
        """Revise the estimated damage of a claim that is filed or under review.

        Args:
            claim_reference: Reference of the claim.
            estimate: New estimate; must be positive.
        """
        claim = self._claim(claim_reference, "filed", "under_review")
        if estimate <= 0:
            raise ValueError("The estimate must be positive.")
        claim["estimate"] = estimate
        return {"claim_reference": claim_reference, "estimate": estimate}

    def approve_claim(self, claim_reference: str, award: float) -> dict[str, Any]:
        """Approve a claim that is under review and set the award, which cannot exceed the estimate.

        Args:
            claim_reference: Reference of the claim.
            award: Amount that will be paid out.
        """
        claim = self._claim(claim_reference, "under_review")
        if not 0 < award <= claim["estimate"]:
            raise ValueError("The award must be positive and no more than the estimate.")
        claim["award"], claim["stage"] = award, "approved"
        return {"claim_reference": claim_reference, "stage": "approved", "award": award}

    def reject_claim(self, claim_reference: str, grounds: str) -> dict[str, Any]:
        """Reject a claim that is under review.

        Args:
            claim_reference: Reference of the claim.
            grounds: Why it is rejected.
        """
        claim = self._claim(claim_reference, "under_review")
        claim["grounds"], claim["stage"] = grounds, "rejected"
        return {"claim_reference": claim_reference, "stage": "rejected", "grounds": grounds}

    def appeal_rejection(self, claim_reference: str) -> dict[str, Any]:
        """Appeal against the rejection of a claim. The claim goes back under review.

        Args:
            claim_reference: Reference of a rejected claim.
        """
        claim = self._claim(claim_reference, "rejected")
        claim["stage"] = "under_review"
        return {"claim_reference": claim_reference, "stage": "under_review"}

    def pay_out(self, claim_reference: str) -> dict[str, Any]:
        """Pay out the award of an approved claim. It is taken off the cover left on the policy, which must suffice.

        Args:
            claim_reference: Reference of the claim.
        """
        claim = self._claim(claim_reference, "approved")
        policy = self._policy(claim["policy_number"])
        if claim["award"] > policy["cover_left"]:
            raise ValueError("The cover left on the policy is too small.")
        policy["cover_left"] = round(policy["cover_left"] - claim["award"], 2)
        claim["stage"] = "paid"
        return {
            "claim_reference": claim_reference,
            "policy_number": claim["policy_number"],
            "stage": "paid",
            "cover_left": policy["cover_left"],
        }


def _claim(policy: str, peril: str, day: str, estimate: float, stage: str, adjuster: str | None) -> dict[str, Any]:
    return {
        "policy_number": policy,
        "peril": peril,
        "incident_date": day,
        "estimate": estimate,
        "stage": stage,
        "adjuster": adjuster,
        "award": 150.0 if stage in ("approved", "paid") else None,
        "grounds": "worn pipe" if stage == "rejected" else None,
        "evidence": [] if adjuster is None else ["photo"],
    }


STATE: dict[str, Any] = {
    "policies": {
        "HH-2207": {"holder": "Greta Moss", "in_force": True, "cover_left": 5000.0},
        "HH-2208": {"holder": "Greta Moss", "in_force": False, "cover_left": 800.0},
        "HH-2310": {"holder": "Basil Okafor", "in_force": True, "cover_left": 120.0},
        "HH-2455": {"holder": "Ines Calder", "in_force": True, "cover_left": 2400.0},
    },
    "claims": {
        "CLM/0051": _claim("HH-2207", "water", "2033-02-11", 640.0, "under_review", "petra"),
        "CLM/0052": _claim("HH-2207", "fire", "2033-03-01", 310.0, "approved", "dov"),
        "CLM/0053": _claim("HH-2310", "theft", "2033-03-02", 220.0, "approved", "dov"),
        "CLM/0054": _claim("HH-2455", "water", "2033-03-09", 95.0, "rejected", "petra"),
        "CLM/0055": _claim("HH-2455", "storm", "2033-03-20", 1100.0, "filed", None),
        "CLM/0056": _claim("HH-2208", "fire", "2032-11-30", 400.0, "paid", "dov"),
    },
    "adjusters": {"petra": {"perils": ["water", "storm"]}, "dov": {"perils": ["fire", "theft", "storm"]}},
}

DOMAIN = Domain(
    name="claims",
    api=Claims,
    document=document(Claims, "mcp", "claims-office"),
    state=STATE,
    pools={
        "policy_number": lambda api, random: random.choice(list(api.policies)),
        "holder": lambda api, random: random.choice([one["holder"] for one in api.policies.values()]),
        "claim_reference": lambda api, random: random.choice(list(api.claims)),
        "adjuster": lambda api, random: random.choice(list(api.adjusters)),
        "incident_date": lambda api, random: f"2033-04-{random.randint(10, 28)}",
        "stage": lambda api, random: random.choice(["filed", "under_review", "approved", "rejected", "paid"]),
    },
    generated={"claim_reference": "claim"},
    reads={
        "lapse_policy": ("lookup_policy",),
        "reinstate_policy": ("lookup_policy",),
        "file_claim": ("open_claim_file", "list_claims"),
        "assign_adjuster": ("open_claim_file",),
        "attach_evidence": ("open_claim_file",),
        "revise_estimate": ("open_claim_file",),
        "approve_claim": ("open_claim_file",),
        "reject_claim": ("open_claim_file",),
        "appeal_rejection": ("open_claim_file",),
        "pay_out": ("open_claim_file", "lookup_policy"),
    },
)
