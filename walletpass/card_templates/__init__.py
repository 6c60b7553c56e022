"""The designs that merchants start from: one folder each, read with suspicion into plain values."""

from walletpass.card_templates.problems import BrokenTemplate, TemplateProblem
from walletpass.card_templates.template import CardTemplate, TemplateText, load_template, load_templates

__all__ = [
    "BrokenTemplate",
    "CardTemplate",
    "TemplateProblem",
    "TemplateText",
    "load_template",
    "load_templates",
]
