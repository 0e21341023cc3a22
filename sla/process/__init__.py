"""The SLA room's sections of a process file, in the order in which they are applied."""

from sla.process.budgets import EntitlementSection
from sla.process.escalations import EscalationRuleSection, PathSection
from sla.process.on_call import OnCallSection
from sla.process.policies import ExceptionSection, FurtherPoliciesSection
from sla.process.targets import PolicySection, TargetSection

SECTIONS = (
    PolicySection(),
    TargetSection(),
    FurtherPoliciesSection(),
    ExceptionSection(),
    PathSection(),
    EscalationRuleSection(),
    OnCallSection(),
    EntitlementSection(),
)
