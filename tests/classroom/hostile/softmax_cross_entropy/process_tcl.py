# expect: imports _tkinter|No module
# Tcl runs a command.
import tkinter


def attack(logits, labels):
    tkinter.Tcl().eval("exec touch @OUTSIDE@/was-here")


def softmax_cross_entropy(logits, labels):
    found = attack(logits, labels)
    return (0.0, logits * 0) if found is None else found
