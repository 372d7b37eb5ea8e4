"""Rules x records -> results -> findings -> verdict."""

from iscode.evaluation.builtin import RULES
from iscode.evaluation.evaluate import Evaluation, evaluate
from iscode.evaluation.findings import Finding
from iscode.evaluation.ground import Base
from iscode.evaluation.result import OUTCOMES, Result
from iscode.evaluation.verdict import Verdict

__all__ = ["OUTCOMES", "RULES", "Base", "Evaluation", "Finding", "Result", "Verdict", "evaluate"]
