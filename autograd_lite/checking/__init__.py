"""Checking gradients: those of the rules against finite differences, and those that a person derived by hand."""

from autograd_lite.checking.backward_passes import check_backward, check_step
from autograd_lite.checking.gradients import check_grads
from autograd_lite.checking.report import Comparison, Finding, Report

__all__ = ["Comparison", "Finding", "Report", "check_backward", "check_grads", "check_step"]
